using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>What every way makes of the same trials, and which was taken.</summary>
internal static class ReadingsPart
{
    public static void Write(ReportPage page, AggregateOutput aggregate)
    {
        if (aggregate.Readings.Count == 0)
        {
            return;
        }

        var html = page.Html;
        var ranked = aggregate.Clusters.Sum(c => c.Members.Count);
        HtmlTable.Write(
            html,
            "What each way makes of the trials",
            [
                new("Way"), new("Order"), TableColumn.Number("Rank in the search", $"of {NumberText.Count(ranked)}"),
                TableColumn.Number("Its score there"), TableColumn.Number("Fresh runs", "mean ± 95 % interval"), new("Fresh runs take"),
                new("What became of it"),
            ],
            () =>
            {
                foreach (var reading in aggregate.Readings)
                {
                    Row(html, () => WriteRow(html, reading, aggregate));
                }

                if (aggregate.Readings.All(r => r.Order.Layers != aggregate.Architecture)
                    && aggregate.Confirmation?.Orders.FirstOrDefault(o => o.Layers == aggregate.Architecture) is { } member)
                {
                    Row(html, () => WriteRow(html, new ReadingOutput("a member", false, member, null, null), aggregate));
                }
            });
        page.Paragraph(
            "N_0, N_1 and N_(i-1) vote layer by layer in the best cluster, with none, one or all of the layers before as a condition; "
            + "p100 is the best candidate; posterior the least score that a surrogate expects of any order. Fresh runs hold an order "
            + "against the best cluster's best members that ran beside it; orders share them.");
        page.Data(
            "readings",
            new DataTable("way", "order", "chosen", "taken", "rank", "score", "fresh_runs", "fresh_mean", "fresh_runs_take").AddAll(
                aggregate.Readings,
                r =>
                [
                    r.Way, r.Order.Layers.ToString(), r.IsChosen ? 1 : 0, r.Order.Layers == aggregate.Architecture ? 1 : 0, r.Order.Rank,
                    r.Order.Score, r.Order.Runs.Count, r.Order.Mean, r.Confirmed?.ToString(),
                ]));
    }

    private static void WriteRow(HtmlWriter html, ReadingOutput reading, AggregateOutput aggregate)
    {
        var order = reading.Order;
        Head(html, reading.Way);
        using (html.In("td"))
        {
            LayerBlocks.Write(html, order.Layers, order.Layers.ToString());
        }

        Number(html, order.Rank is { } rank ? NumberText.Count(rank) : "not tried");
        Number(html, NumberText.Score(order.Score));
        if (StandingTable.Fresh(order) is { } fresh)
        {
            using (html.In("td", ("class", "n")))
            {
                html.Text(NumberText.Score(fresh.Mean)).Element("small", StandingTable.Counted(fresh, h => NumberText.Score(h), "run"));
            }
        }
        else
        {
            Number(html, order.Runs.Count > 0 ? "failed" : "not run");
        }

        Cell(html, (reading.Confirmed, reading.Verdict) switch
        {
            (null, _) => NumberText.None,
            ({ } kept, _) when kept == order.Layers => "itself",
            ({ } other, _) => other.Notation,
        });
        var taken = order.Layers == aggregate.Architecture;
        Cell(html, (reading.IsChosen, taken) switch
        {
            (true, true) => "the manifest's way, taken",
            (true, false) => "the manifest's way, gave way in fresh runs",
            (false, true) => reading.Confirmed is null && reading.Order.Runs.Count > 0
                ? "taken, by fresh runs"
                : "the same order as the one taken",
            _ => reading.Verdict is ConfirmationVerdict.Best or ConfirmationVerdict.WithinNoise ? "would have been kept" : NumberText.None,
        });
    }
}
