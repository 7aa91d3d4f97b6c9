using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using Composer.Manifests.Model;

namespace Composer.Manifests.Binding;

/// <summary>One key of a section, as the record's property and its attributes describe it.</summary>
internal sealed class SectionKey
{
    private readonly PropertyInfo property;

    public SectionKey(PropertyInfo property)
    {
        this.property = property;
        Key = property.GetCustomAttribute<ManifestKeyAttribute>()?.Key ?? SnakeCase(property.Name);
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        Required = property.IsDefined(typeof(ManifestRequiredAttribute));
        NotInKey = property.IsDefined(typeof(NotInKeyAttribute));
        Range = property.GetCustomAttribute<ManifestRangeAttribute>();
        Choices = property.GetCustomAttribute<ManifestChoiceAttribute>()?.Choices;
        Count = property.GetCustomAttribute<ManifestCountAttribute>();
        Nullable = System.Nullable.GetUnderlyingType(property.PropertyType) is not null
            || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Shape = ShapeOf(Type);
        ItemType = Shape is KeyShape.List or KeyShape.Map ? Type.GetGenericArguments()[0] : null;
    }

    public string Key { get; }

    public string Description { get; }

    public bool Required { get; }

    public bool NotInKey { get; }

    public bool Nullable { get; }

    public ManifestRangeAttribute? Range { get; }

    public IReadOnlyList<string>? Choices { get; }

    public ManifestCountAttribute? Count { get; }

    /// <summary>The property's type, without <c>?</c>.</summary>
    public Type Type { get; }

    public KeyShape Shape { get; }

    /// <summary>Of a list or a map.</summary>
    public Type? ItemType { get; }

    public object? Get(object section) => property.GetValue(section);

    public void Set(object section, object value) => property.SetValue(section, value);

    public bool InRange(double value) => Range is null || (value >= Range.Lowest && value <= Range.Highest);

    public static KeyShape ShapeOf(Type type)
    {
        if (type == typeof(string))
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
            if (definition == typeof(ManifestList<>))
            {
                return KeyShape.List;
            }

            if (definition == typeof(ManifestMap<>))
            {
                return KeyShape.Map;
            }
        }

        return type.IsClass && type.GetConstructor(Type.EmptyTypes) is not null
            ? KeyShape.Section
            : throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"A manifest cannot hold {type}."));
    }

    private static string SnakeCase(string name)
    {
        var key = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && key.Length > 0)
            {
                key.Append('_');
            }

            key.Append(char.ToLowerInvariant(c));
        }

        return key.ToString();
    }
}
