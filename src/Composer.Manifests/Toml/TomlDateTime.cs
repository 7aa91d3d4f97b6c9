using Composer.Core.Diagnostics;
using Tomlyn;

namespace Composer.Manifests.Toml;

/// <summary>A date, a time, or both, with or without an offset from UTC.</summary>
public sealed class TomlDateTime(Tomlyn.TomlDateTime value, SourceSpan span) : TomlValue(span)
{
    public Tomlyn.TomlDateTime Value { get; } = value;

    public override string Kind => Value.Kind switch
    {
        TomlDateTimeKind.LocalDate => "a date",
        TomlDateTimeKind.LocalTime => "a time",
        _ => "a date and time",
    };

    /// <summary>RFC 3339, with <c>T</c>, and <c>Z</c> for no offset.</summary>
    public override string ToString() => Value.ToString();
}
