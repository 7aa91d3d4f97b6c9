using System.Globalization;
using System.Text;

namespace Composer.Reporting.Html;

/// <summary>The anchor of a stage's provenance.</summary>
internal static class StageAnchor
{
    /// <summary>Different stages have different anchors; letters, digits, hyphens and dots stay as they are.</summary>
    public static string Of(string stage)
    {
        var anchor = new StringBuilder("stage-");
        foreach (var c in stage)
        {
            _ = char.IsAsciiLetterOrDigit(c) || c is '-' or '.'
                ? anchor.Append(c)
                : anchor.Append(CultureInfo.InvariantCulture, $"_{(int)c:x4}");
        }

        return anchor.ToString();
    }
}
