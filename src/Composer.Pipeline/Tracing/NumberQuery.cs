using System.Globalization;

namespace Composer.Pipeline.Tracing;

/// <summary>Which numbers somebody means: an address, or a number as a report prints it.</summary>
public static class NumberQuery
{
    /// <summary>Units that reports shorten numbers by.</summary>
    private static readonly (string Suffix, double Scale)[] Units =
        [("KiB", 1024), ("MiB", 1 << 20), ("GiB", 1 << 30), ("K", 1e3), ("M", 1e6), ("B", 1e9), ("%", 0.01), ("", 1)];

    /// <summary>The numbers that are meant; none when nothing fits.</summary>
    /// <param name="numbers">Those there are.</param>
    /// <param name="value">
    /// <c>STAGE.PATH</c> (of an object or a list, all below it), or a number with as many digits as are shown:
    /// <c>1.3776</c> means all that round to it, <c>1.16 M</c> those of 1,155,000 to 1,165,000.
    /// </param>
    public static IReadOnlyList<ReportedNumber> Find(IReadOnlyList<ReportedNumber> numbers, string value)
    {
        if (TryNumber(value, out var number, out var tolerance))
        {
            return [.. numbers.Where(n => Math.Abs(n.Value - number) <= tolerance)];
        }

        return [.. numbers.Where(n => IsAddressed(n, value))];
    }

    private static bool IsAddressed(ReportedNumber number, string value)
    {
        if (!value.StartsWith(number.Stage, StringComparison.Ordinal)
                || value.Length <= number.Stage.Length
                || value[number.Stage.Length] is not ('.' or '/' or ':'))
        {
            return value == number.Stage;
        }

        var path = value[(number.Stage.Length + 1)..];
        return IsAtOrBelow(number.Path, path) || IsAtOrBelow($"{number.Document}.{number.Path}", path);
    }

    private static bool IsAtOrBelow(string path, string place) =>
        path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] is '.' or '[');

    private static bool TryNumber(string text, out double number, out double tolerance)
    {
        (number, tolerance) = (0, 0);
        foreach (var (suffix, scale) in Units)
        {
            var digits = text.Trim();
            if (!digits.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            digits = digits[..(digits.Length - suffix.Length)].Trim().Replace(",", "", StringComparison.Ordinal);
            if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) || !double.IsFinite(read))
            {
                continue;
            }

            var exponent = digits.IndexOfAny(['e', 'E']);
            var mantissa = exponent < 0 ? digits : digits[..exponent];
            var decimals = mantissa.Contains('.', StringComparison.Ordinal)
                ? mantissa.Length - mantissa.IndexOf('.', StringComparison.Ordinal) - 1
                : 0;
            var power = exponent < 0 ? 0 : int.Parse(digits[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            number = read * scale;

            // Half a unit of the last digit, and a little for the decimal that no double is.
            var exact = suffix.Length == 0 && decimals == 0 && exponent < 0;
            tolerance = exact ? 0 : 0.5 * Math.Pow(10, power - decimals) * scale * (1 + 1e-9);
            return true;
        }

        return false;
    }
}
