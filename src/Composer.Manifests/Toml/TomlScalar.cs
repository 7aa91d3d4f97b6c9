using System.Globalization;
using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>Reads the values that stand without quotes or brackets.</summary>
internal static partial class TomlScalar
{
    /// <summary>Null when the word is none, which is then reported.</summary>
    public static TomlValue? Parse(string word, SourceSpan span, ICollection<Diagnostic> diagnostics)
    {
        switch (word)
        {
            case "true" or "false":
                return new TomlBoolean(word == "true", span);
            case "inf" or "+inf":
                return new TomlFloat(double.PositiveInfinity, span);
            case "-inf":
                return new TomlFloat(double.NegativeInfinity, span);
            case "nan" or "+nan" or "-nan":
                return new TomlFloat(double.NaN, span);
        }

        if (DecimalInteger().IsMatch(word))
        {
            return long.TryParse(Digits(word), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? new TomlInteger(value, span)
                : TooLarge(word, span, diagnostics);
        }

        if (PrefixedInteger().IsMatch(word))
        {
            return ParsePrefixed(word) is { } value ? new TomlInteger(value, span) : TooLarge(word, span, diagnostics);
        }

        if (Float().IsMatch(word))
        {
            return new TomlFloat(double.Parse(Digits(word), NumberStyles.Float, CultureInfo.InvariantCulture), span);
        }

        if (DateTimePattern().Match(word) is { Success: true } match && word.Length > 0)
        {
            return ParseDateTime(match, span) ?? Report(DiagnosticCodes.ValueOutOfRange, $"'{word}' is no date or time that exists.", null);
        }

        return Report(
            DiagnosticCodes.InvalidValue,
            word.Length == 0 ? "A value is missing." : $"'{word}' is no value.",
            word.Length > 0 && (char.IsLetter(word[0]) || char.IsAsciiDigit(word[0])) ? $"A text needs quotes: \"{word}\"." : null);

        TomlValue? Report(string code, string message, string? remedy)
        {
            diagnostics.Add(new Diagnostic(code, DiagnosticSeverity.Error, message, span, remedy));
            return null;
        }
    }

    private static TomlValue? TooLarge(string word, SourceSpan span, ICollection<Diagnostic> diagnostics)
    {
        diagnostics.Add(new Diagnostic(DiagnosticCodes.ValueOutOfRange, DiagnosticSeverity.Error, $"The integer {word} has more than 64 bits.", span));
        return null;
    }

    private static long? ParsePrefixed(string word)
    {
        var digits = Digits(word[2..]);
        var bits = word[1] switch { 'x' => 4, 'o' => 3, _ => 1 };
        var value = 0L;
        foreach (var digit in digits)
        {
            if (value >> (63 - bits) != 0)
            {
                return null;
            }

            value = (value << bits) | (uint)Convert.ToInt32(digit.ToString(), 16);
        }

        return value;
    }

    private static TomlDateTime? ParseDateTime(Match match, SourceSpan span)
    {
        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        bool Has(string group) => match.Groups[group].Success;

        DateOnly? date = null;
        if (Has("year"))
        {
            var (year, month, day) = (Number("year"), Number("month"), Number("day"));
            if (year is < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            {
                return null;
            }

            date = new DateOnly(year, month, day);
        }

        TimeOnly? time = null;
        if (Has("hour"))
        {
            var (hour, minute, second) = (Number("hour"), Number("minute"), Has("second") ? Number("second") : 0);
            if (hour > 23 || minute > 59 || second > 59)
            {
                return null;
            }

            var fraction = Has("fraction") ? match.Groups["fraction"].Value.PadRight(7, '0')[..7] : "0";
            time = new TimeOnly(hour, minute, second).Add(TimeSpan.FromTicks(long.Parse(fraction, CultureInfo.InvariantCulture)));
        }

        TimeSpan? offset = null;
        if (Has("zone"))
        {
            offset = TimeSpan.Zero;
            if (Has("offsetHour"))
            {
                var (hour, minute) = (Number("offsetHour"), Number("offsetMinute"));
                if (hour > 23 || minute > 59)
                {
                    return null;
                }

                offset = new TimeSpan(hour, minute, 0) * (match.Groups["zone"].ValueSpan[0] == '-' ? -1 : 1);
            }
        }

        return new TomlDateTime(date, time, offset, span);
    }

    private static string Digits(string word) => word.Replace("_", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[+-]?(?:0|[1-9](?:_?[0-9])*)\z")]
    private static partial Regex DecimalInteger();

    [GeneratedRegex(@"\A0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)\z")]
    private static partial Regex PrefixedInteger();

    [GeneratedRegex(@"\A[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?\z")]
    private static partial Regex Float();

    [GeneratedRegex("""
        \A(?:
          (?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})
          (?: [Tt\ ] (?<hour>[0-9]{2}):(?<minute>[0-9]{2}) (?: :(?<second>[0-9]{2}) (?:\.(?<fraction>[0-9]+))? )?
              (?<zone> [Zz] | [+-](?<offsetHour>[0-9]{2}):(?<offsetMinute>[0-9]{2}) )? )?
        | (?<hour>[0-9]{2}):(?<minute>[0-9]{2}) (?: :(?<second>[0-9]{2}) (?:\.(?<fraction>[0-9]+))? )?
        )\z
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex DateTimePattern();
}
