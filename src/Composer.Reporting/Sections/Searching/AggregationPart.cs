using Composer.Architecture.Aggregation;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Search.Aggregation;
using Composer.Stages.Aggregate;
using Composer.Stages.Report;
using System.Globalization;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>How the best cluster became one order.</summary>
internal static class AggregationPart
{
    public static void Write(ReportPage page, ReportSearch from, string users)
    {
        var (html, aggregate) = (page.Html, from.Aggregate!);
        html.Element("h4", $"The order for {users}").Line();
        using (html.In("p"))
        {
            LayerBlocks.Write(html, aggregate.Architecture, aggregate.Notation);
            html.Text(" ");
            page.StageLink(from.AggregateStage, aggregate.Notation);
        }

        html.Line();
        if (SearchStanding.Of(from) is { } standing)
        {
            page.Paragraph($"{char.ToUpperInvariant(standing.InWords()[0])}{standing.InWords()[1..]}.");
            StandingTable.Write(page, from);
        }

        if (aggregate.Confirmation is { } confirmation)
        {
            ConfirmationPart.Write(page, confirmation, aggregate);
        }

        ReadingsPart.Write(page, aggregate);
        if (aggregate.Positions.Count == 0)
        {
            page.Paragraph(IsExpected(aggregate)
                ? "The order that was proposed is the one of the least expected score; nothing was voted on."
                : "One candidate was proposed as it is (p100, or the one at a percentile); nothing was voted on.");
            return;
        }

        HtmlTable.Write(
            html,
            "Votes of the best cluster",
            [new("Layer"), new("Chosen"), new("Votes"), new("Members with it, their mean score"), new("Decided by")],
            () =>
            {
                for (var i = 0; i < aggregate.Positions.Count; i++)
                {
                    var (number, position) = (i + 1, aggregate.Positions[i]);
                    Row(html, () => WriteRow(html, number, position));
                }
            });
        page.Data(
            "votes",
            new DataTable("layer", "chosen", "primitive", "votes", "mean_score").AddAll(
                aggregate.Positions.SelectMany((p, i) => p.Votes.Select(v => (Layer: i + 1, p.Chosen, Vote: v))),
                r => [r.Layer, r.Chosen, r.Vote.Primitive, r.Vote.Count, r.Vote.MeanScore]));
    }

    /// <summary>Whether a surrogate proposed the order.</summary>
    internal static bool IsExpected(AggregateOutput aggregate) =>
        aggregate.Readings.FirstOrDefault(r => r.IsChosen)?.Way == AggregationComparison.Ways.Single(
            way => way.Method == AggregationMethod.PosteriorMinimum).Name;

    private static void WriteRow(HtmlWriter html, int number, PositionOutput position)
    {
        Head(html, NumberText.Count(number));
        using (html.In("td"))
        {
            LayerBlocks.Write(html, [position.Chosen], position.Chosen);
        }

        var voters = position.Votes.Sum(v => v.Count);
        using (html.In("td"))
        using (html.In("span", ("class", "bar"), ("aria-hidden", "true")))
        {
            foreach (var vote in position.Votes.Where(v => v.Count > 0 && v.Primitive.Length > 0))
            {
                var width = string.Create(CultureInfo.InvariantCulture, $"width:{100.0 * vote.Count / voters:0.#}%");
                html.Element("i", "", ("class", LayerBlocks.StyleOf(vote.Primitive[0])), ("style", width));
            }
        }

        var counts = string.Join(
            " · ", position.Votes.Select(v => $"{v.Primitive} {NumberText.Count(v.Count)} ({NumberText.Score(v.MeanScore)})"));
        html.Element("td", counts, ("class", "one"));
        Cell(html, position.TieBreak switch
        {
            TieBreak.None => position.Votes.Count(v => v.Count > 0) == 1 ? "all agree" : "most votes",
            TieBreak.MeanScore => "a tie: the lower mean score",
            TieBreak.RegistryOrder => "a tie, equal means: the registry's order",
            _ => position.TieBreak.ToString(),
        });
    }
}
