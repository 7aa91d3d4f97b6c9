using System.Globalization;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A date, a time, or both, with or without an offset from UTC.</summary>
/// <param name="date">Absent for a local time.</param>
/// <param name="time">Absent for a local date; fractions beyond 100 ns are cut off.</param>
/// <param name="offset">Present for an offset date-time only.</param>
/// <param name="span">Where it was written.</param>
public sealed class TomlDateTime(DateOnly? date, TimeOnly? time, TimeSpan? offset, SourceSpan span) : TomlValue(span)
{
    public DateOnly? Date { get; } = date;

    public TimeOnly? Time { get; } = time;

    public TimeSpan? Offset { get; } = offset;

    public TomlDateTimeKind DateTimeKind => (Date, Time, Offset) switch
    {
        (_, _, not null) => TomlDateTimeKind.OffsetDateTime,
        (not null, not null, _) => TomlDateTimeKind.LocalDateTime,
        (not null, _, _) => TomlDateTimeKind.LocalDate,
        _ => TomlDateTimeKind.LocalTime,
    };

    public override string Kind => DateTimeKind switch
    {
        TomlDateTimeKind.LocalDate => "a date",
        TomlDateTimeKind.LocalTime => "a time",
        _ => "a date and time",
    };

    /// <summary>RFC 3339, with <c>T</c>, <c>Z</c> for no offset, and no trailing zeros in the fraction.</summary>
    public override string ToString()
    {
        var date = Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var time = Time?.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        var offset = Offset switch
        {
            null => "",
            { Ticks: 0 } => "Z",
            { } value => (value < TimeSpan.Zero ? "-" : "+") + value.ToString("hh\\:mm", CultureInfo.InvariantCulture),
        };
        return date + (date is not null && time is not null ? "T" : "") + time + offset;
    }
}
