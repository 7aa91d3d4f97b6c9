using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>A cell of a table: how a model differs from the first baseline, and what that tells.</summary>
internal static class DifferenceCell
{
    /// <param name="page">Where it goes.</param>
    /// <param name="difference">Null of the baseline itself.</param>
    /// <param name="number">The difference with its sign.</param>
    /// <param name="lowerIsBetter">Whether less of it is better.</param>
    /// <param name="from">The stages of both.</param>
    public static void Write(
        ReportPage page, PairedDifference? difference, Func<double, string> number, bool lowerIsBetter, params IEnumerable<string> from)
    {
        var html = page.Html;
        if (difference is not { Mean.Count: > 0 } known)
        {
            Number(html, NumberText.None);
            return;
        }

        using (html.In("td", ("class", known.IsTold ? "n told" : "n")))
        {
            html.Text(number(known.Mean.Mean) + (known.Mean.Half is { } half ? $" ± {number(half).TrimStart('+')}" : ""));
            page.RestsOn(from);
            html.Element("small", $"{Headline.PairsOf(known)}: {known.Verdict(lowerIsBetter)}");
        }
    }
}
