using System.Globalization;
using System.Text.RegularExpressions;

namespace Composer.Manifests.Model;

/// <summary>Durations as manifests write them: a number and a unit, <c>1.5 h</c>.</summary>
public static partial class DurationText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Reads a duration of d, h, min or s, longer than nothing and at most a year.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Form().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var seconds = number * match.Groups["unit"].Value switch { "d" => 86_400, "h" => 3600, "min" => 60, _ => 1 };
        if (!(seconds > 0 && seconds <= Longest.TotalSeconds))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,9}(\.[0-9]{1,6})?) ?(?<unit>d|h|min|s)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
