using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Composer.Core.Settings;

namespace Composer.Manifests.Binding;

/// <summary>One key of a section, as the record's property and its attributes describe it.</summary>
internal sealed record SectionKey
{
    public required string Key { get; init; }

    /// <summary>The value's type, without <c>?</c>.</summary>
    public required Type Type
    {
        get;
        init => (field, Shape) = (value, ShapeOf(value));
    }

    public KeyShape Shape { get; private init; }

    /// <summary>Of a list or a map.</summary>
    public Type? ItemType => Shape is KeyShape.List or KeyShape.Map ? Type.GetGenericArguments()[0] : null;

    public required string Description { get; init; }

    /// <summary>Reads the value of a section.</summary>
    public required Func<object, object?> Get { get; init; }

    /// <summary>Writes the value of a section that nobody else has.</summary>
    public required Action<object, object> Set { get; init; }

    public bool Required { get; init; }

    public bool NotInKey { get; init; }

    public bool Distinct { get; init; }

    public SettingRangeAttribute? Range { get; init; }

    /// <summary>Of the texts; of a map, of its keys.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>What the path of a file ends with that is taken beside the choices; null where there is none.</summary>
    public string? OrFileEnding { get; init; }

    /// <summary>Whether a text may be empty.</summary>
    public bool MayBeEmpty { get; init; }

    public SettingCountAttribute? Count { get; init; }

    public static SectionKey Of(PropertyInfo property)
    {
        var fact = property.GetCustomAttribute<SettingOfAttribute>() is { } other ? other.Type.GetProperty(other.Property)! : property;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new SectionKey
        {
            Key = property.GetCustomAttribute<SettingKeyAttribute>()?.Key ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
            Type = type,
            Description = Find<DescriptionAttribute>()?.Description ?? "",
            Get = property.GetValue,
            Set = property.SetValue,
            Required = property.IsDefined(typeof(SettingRequiredAttribute)),
            NotInKey = property.IsDefined(typeof(NotInKeyAttribute)),
            Distinct = property.IsDefined(typeof(SettingDistinctAttribute)),
            Range = Find<SettingRangeAttribute>(),
            Choices = ChoicesOf(type) ?? Find<SettingChoicesAttribute>()?.Choices,
            OrFileEnding = Find<SettingChoicesAttribute>()?.OrFileEnding,
            MayBeEmpty = property.IsDefined(typeof(SettingMayBeEmptyAttribute)),
            Count = Find<SettingCountAttribute>(),
        };

        T? Find<T>()
            where T : Attribute => property.GetCustomAttribute<T>() ?? fact.GetCustomAttribute<T>();
    }

    /// <summary>The key as one of the section that holds this one's in a property.</summary>
    public SectionKey Within(PropertyInfo outer) => this with
    {
        NotInKey = NotInKey || outer.IsDefined(typeof(NotInKeyAttribute)),
        Get = section => Get(outer.GetValue(section)!),
        Set = (section, value) => Set(outer.GetValue(section)!, value),
    };

    public bool InRange(double value) => Range is null || (value >= Range.Lowest && value <= Range.Highest);

    public static KeyShape ShapeOf(Type type)
    {
        if (type == typeof(string) || type.IsEnum)
        {
            return KeyShape.Text;
        }

        if (type == typeof(int) || type == typeof(long) || type == typeof(ulong))
        {
            return KeyShape.Integer;
        }

        if (type == typeof(double))
        {
            return KeyShape.Number;
        }

        if (type == typeof(bool))
        {
            return KeyShape.Boolean;
        }

        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            return definition == typeof(ValueList<>) ? KeyShape.List
                : definition == typeof(ValueMap<>) ? KeyShape.Map
                : throw new NotSupportedException($"A manifest cannot hold {type}.");
        }

        var interfaces = type.GetInterfaces().Where(i => i.IsGenericType).Select(i => i.GetGenericTypeDefinition());
        return interfaces.Contains(typeof(IParsable<>)) ? KeyShape.Text
            : type == typeof(OptionsTable) || type.GetConstructor(Type.EmptyTypes) is not null ? KeyShape.Section
            : throw new NotSupportedException($"A manifest cannot hold {type}.");
    }

    /// <summary>The text of a value whose shape is <see cref="KeyShape.Text"/>.</summary>
    public static string TextOf(object value) => value is Enum choice ? SettingNames.Of(choice) : value.ToString()!;

    private static IReadOnlyList<string>? ChoicesOf(Type type) =>
        type.IsEnum ? SettingNames.All(type)
        : type.IsGenericType && type.GetGenericArguments()[0] is { IsEnum: true } item ? SettingNames.All(item)
        : null;
}
