using System.Reflection;
using Composer.Architecture.Primitives;
using Composer.Core.Settings;

namespace Composer.Manifests.Binding;

/// <summary>
/// The options of one primitive as a table in a shape's own: <c>W = { window = 16 }</c>. Setting a key of it sets the
/// shape's <see cref="PrimitiveOptions"/>.
/// </summary>
internal sealed class OptionsTable
{
    private readonly PropertyInfo property;
    private readonly object shape;
    private readonly char symbol;

    private OptionsTable(PropertyInfo property, object shape, char symbol, SectionType section) =>
        (this.property, this.shape, this.symbol, Section) = (property, shape, symbol, section);

    public SectionType Section { get; }

    /// <summary>Whether no option has a value.</summary>
    public bool IsEmpty => Section.Keys.All(key => key.Get(this) is null);

    private PrimitiveOptions? Options => (PrimitiveOptions?)property.GetValue(shape);

    /// <summary>The key of a shape that holds a primitive's options.</summary>
    /// <param name="property">The shape's.</param>
    /// <param name="primitive">Has options.</param>
    public static SectionKey KeyOf(PropertyInfo property, Primitive primitive)
    {
        var section = new SectionType($"{primitive.Symbol}Options", [.. primitive.Options.Select(KeyOf)]);
        return new SectionKey
        {
            Key = primitive.Symbol.ToString(),
            Type = typeof(OptionsTable),
            Description = $"What {primitive.Name} leaves open.",
            Get = shape => new OptionsTable(property, shape, primitive.Symbol, section),
            Set = (_, _) => { },
        };
    }

    private static SectionKey KeyOf(PrimitiveOption option) => new()
    {
        Key = option.Name,
        Type = typeof(int),
        Description = option.Description,
        Range = new SettingRangeAttribute(option.Least, option.Most),
        Get = table => ((OptionsTable)table).Options?.Of(((OptionsTable)table).symbol, option.Name),
        Set = (table, value) => ((OptionsTable)table).SetOption(option.Name, (int)value),
    };

    private void SetOption(string name, int value) =>
        property.SetValue(shape, (Options ?? PrimitiveOptions.Empty).With(symbol, name, value));
}
