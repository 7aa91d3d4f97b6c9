using System.Globalization;

namespace Composer.Core.Text;

/// <summary>How long something took, for people: <c>850 ms</c>, <c>41.2 s</c>, <c>3 min 20 s</c>, <c>1 h 10 min</c>.</summary>
public static class ElapsedText
{
    /// <param name="seconds">Not negative.</param>
    public static string Of(double seconds)
    {
        FormattableString text = seconds switch
        {
            < 0.0005 and > 0 => $"{seconds * 1e6:0} µs",
            < 0.9995 and > 0 => $"{seconds * 1e3:0} ms",
            < 59.95 => $"{seconds:0.0} s",
            _ when Math.Round(seconds) is < 3600 and var whole => $"{Math.Floor(whole / 60)} min {whole % 60} s",
            _ => $"{Math.Floor(Math.Round(seconds) / 3600):#,0} h {Math.Floor(Math.Round(seconds) % 3600 / 60)} min",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
