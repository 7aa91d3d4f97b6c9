using System.Globalization;
using Composer.Core.Text;

namespace Composer.Reporting.Text;

/// <summary>Every number that the report shows, with its unit, in the invariant culture.</summary>
internal static class NumberText
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    /// <summary>What stands instead of an interval where there is one value.</summary>
    public const string OneRun = "one run";

    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private static readonly (double Size, string Unit)[] Powers =
        [(1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " K")];

    /// <summary><c>12,345</c></summary>
    public static string Count(long count) => Format(count, "#,0");

    /// <summary><c>1 trial</c>, <c>60 trials</c></summary>
    public static string Count(int count, string noun) => Count(count) + " " + noun + (count == 1 ? "" : "s");

    /// <summary><c>452 K</c>, <c>1.00 B</c></summary>
    public static string Parameters(long count) => ParameterText.Of(count);

    /// <summary>Three significant digits and a letter: <c>1.05 M</c>.</summary>
    public static string Short(double value)
    {
        var (size, unit) = Array.Find(Powers, p => Math.Abs(value) >= p.Size * .9995);
        return size == 0 ? Significant(value, 3) : Significant(value / size, 3) + unit;
    }

    /// <summary>A tick's label: as <see cref="Short"/>, without needless zeros.</summary>
    public static string Tick(double value)
    {
        var (size, unit) = Array.Find(Powers, p => Math.Abs(value) >= p.Size * .9995);
        var scaled = size == 0 ? value : value / size;
        return (Math.Abs(scaled) is < 1e-4 and > 0 ? Format(scaled, "0.##E0") : Format(Math.Round(scaled, 6), "0.######")) + unit;
    }

    /// <summary><c>3.20×10¹⁵</c></summary>
    public static string Scientific(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return Format(value, "0");
        }

        var parts = Format(value, "0.00e0").Split('e');
        var exponent = string.Concat(parts[1].Select(c => c == '-' ? '⁻' : Superscripts[c - '0']));
        return $"{parts[0]}×10{exponent}";
    }

    /// <summary>Nats a token, three decimals.</summary>
    public static string Loss(double loss) => Format(loss, Math.Abs(loss) >= 1e6 ? "0.00E0" : "0.000");

    /// <summary>A candidate's score, four decimals.</summary>
    public static string Score(double? score) => score is { } s ? Format(s, Math.Abs(s) >= 1e6 ? "0.00E0" : "0.0000") : None;

    /// <summary>A half width of an interval, as <c>± 0.0120</c>; <c>one run</c> of a single value.</summary>
    public static string Half(double? half, Func<double, string> number) => half is { } known ? $"± {number(known)}" : OneRun;

    /// <summary>A difference of scores, with its sign.</summary>
    public static string Signed(double score) => Format(score, "+0.0000;−0.0000;0.0000");

    /// <summary>A difference of losses, with its sign: <c>−0.012</c>.</summary>
    public static string SignedLoss(double difference) => Format(difference, "+0.000;−0.000;0.000");

    /// <summary>An exponent or a slope, with its sign: <c>−0.061</c>.</summary>
    public static string Slope(double slope) => Format(slope, "0.000;−0.000;0.000");

    /// <summary>A ratio: <c>1.25 ×</c>.</summary>
    public static string Ratio(double ratio) => Format(ratio, "0.00") + " ×";

    /// <summary>A mean with its half width, <c>2.130 ± 0.012</c>; of a single value <c>2.130 (one run)</c>.</summary>
    public static string WithHalf(double mean, double? half, Func<double, string> number) =>
        half is { } known ? $"{number(mean)} ± {number(known)}" : $"{number(mean)} ({OneRun})";

    /// <summary>A share in percent, without its sign: <c>45.2</c>.</summary>
    public static string Percent(double share) => Format(100 * share, "0.0");

    /// <summary>As above; <c>N/A</c>, as lm-evaluation-harness says, of a standard error that there is not.</summary>
    public static string Percent(double? share) => share is { } known ? Percent(known) : "N/A";

    /// <summary>A difference with its sign: <c>+1.2</c>, <c>−0.3</c>.</summary>
    public static string SignedPercent(double share) => Format(100 * share, "+0.0;−0.0;0.0");

    /// <summary>Three significant digits, thousands set apart: <c>12,300</c>.</summary>
    public static string Rate(double perSecond) => Significant(perSecond, 3);

    /// <summary><c>1.23 ms</c>, <c>45.0 µs</c></summary>
    public static string Latency(double seconds) => seconds switch
    {
        0 => "0 s",
        < .0009995 => Significant(seconds * 1e6, 3) + " µs",
        < .9995 => Significant(seconds * 1e3, 3) + " ms",
        _ => Significant(seconds, 3) + " s",
    };

    /// <summary>In UTC, to the minute.</summary>
    public static string Minute(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>In UTC, to the second.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A learning rate or weight decay: <c>0.0005</c>, <c>5e-05</c>.</summary>
    public static string Setting(double value) =>
        Math.Abs(value) is > 0 and < 1e-4 ? Format(value, "0.####e-0") : Format(value, "0.######");

    private static string Significant(double value, int digits)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return Format(value, "0");
        }

        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var unit = Math.Pow(10, magnitude - digits + 1);
        var rounded = Math.Round(value / unit) * unit;
        magnitude = (int)Math.Floor(Math.Log10(Math.Abs(rounded)) + 1e-9);
        return magnitude < -6
            ? Format(value, "0.##E0")
            : Format(rounded, magnitude >= digits - 1 ? "#,0" : "0." + new string('0', digits - 1 - magnitude));
    }

    private static string Format(double value, string format) => double.IsFinite(value)
        ? value.ToString(format, CultureInfo.InvariantCulture)
        : double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
}
