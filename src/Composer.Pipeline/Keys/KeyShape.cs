using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Pipeline.Keys;

/// <summary>How a type stands in a key: as text, as a record of properties, or as its converter writes it. Immutable.</summary>
internal sealed class KeyShape
{
    private KeyShape(Type type, KeyProperty[] properties)
    {
        Properties = properties;
        IsSelective = type.IsAssignableTo(typeof(IReadsSelectively));
        var converter = type.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType;
        IsText = converter is { IsGenericType: true } && converter.GetGenericTypeDefinition() == typeof(TextConverter<>);
        IsWrittenByItself = converter is not null && converter != typeof(ValueListConverter);
        IsRecord = converter is null && properties.Length > 0 && Type.GetTypeCode(type) == TypeCode.Object && !IsSequence(type);
    }

    /// <summary>What may be written of a record.</summary>
    public IReadOnlyList<KeyProperty> Properties { get; }

    /// <summary>Whether it says itself which properties are idle.</summary>
    public bool IsSelective { get; }

    /// <summary>Whether it is written as what <see cref="object.ToString"/> gives.</summary>
    public bool IsText { get; }

    /// <summary>Whether it is written as an object of its properties.</summary>
    public bool IsRecord { get; }

    /// <summary>Whether a converter of its own says how it is written.</summary>
    public bool IsWrittenByItself { get; }

    public static KeyShape Of(Type type) => new(
        type,
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.GetMethod is not null && property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0
               where property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition is not JsonIgnoreCondition.Always
                   && !property.IsDefined(typeof(NotInKeyAttribute))
               select new KeyProperty(
                   property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                       ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
                   property,
                   property.IsDefined(typeof(InlineAttribute))),
        ]);

    private static bool IsSequence(Type type) => type.IsAssignableTo(typeof(System.Collections.IEnumerable));
}

/// <summary>A property of a record of inputs.</summary>
/// <param name="Name">In JSON.</param>
/// <param name="Info">What reads it.</param>
/// <param name="IsInline">Whether the fields of its record stand beside it.</param>
internal sealed record KeyProperty(string Name, PropertyInfo Info, bool IsInline);
