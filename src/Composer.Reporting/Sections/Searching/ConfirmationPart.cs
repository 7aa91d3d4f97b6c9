using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>What the aggregation proposed, what fresh runs said of it, and what was taken.</summary>
internal static class ConfirmationPart
{
    public static void Write(ReportPage page, ConfirmationOutput confirmation, AggregateOutput aggregate)
    {
        var html = page.Html;
        page.Paragraph(InWords(confirmation, aggregate));
        HtmlTable.Write(
            html,
            "The proposed order beside the best cluster's best members",
            [
                new("Order"), new("What it is"), TableColumn.Number("Rank in the search"), TableColumn.Number("Its score there"),
                TableColumn.Number("Fresh runs", "mean ± 95 % interval"), TableColumn.Number("To the proposed"), new("Each run"),
            ],
            () =>
            {
                foreach (var order in confirmation.Orders)
                {
                    Row(html, () => WriteRow(html, order, confirmation, aggregate));
                }
            });
        page.Data(
            "fresh runs",
            new DataTable("order", "proposed", "taken", "rank", "score", "run", "fresh_score").AddAll(
                confirmation.Orders.SelectMany(o => o.Runs.Select((r, i) => (Order: o, Run: i + 1, Score: r))),
                r =>
                [
                    r.Order.Layers.ToString(), r.Order.Layers == confirmation.Proposed ? 1 : 0,
                    r.Order.Layers == aggregate.Architecture ? 1 : 0, r.Order.Rank, r.Order.Score, r.Run, r.Score,
                ]));
    }

    private static string InWords(ConfirmationOutput confirmation, AggregateOutput aggregate)
    {
        var proposed = $"{confirmation.Proposed.Notation}, {ConfirmationText.PlaceOf(confirmation.Orders[0], aggregate.Clusters)}";
        var what = aggregate.Positions.Count > 0 ? "The votes below make"
            : AggregationPart.IsExpected(aggregate) ? "The surrogate expects least of"
            : "The way of the manifest takes the candidate";
        var runs = CountText.Of(confirmation.Orders[0].Runs.Count, "run");
        var noise = confirmation.Noise is { } error ? $" (standard error of a difference: {NumberText.Score(error)})" : "";
        var difference = confirmation.Difference is { } d ? NumberText.Score(Math.Abs(d)) : "";
        var outcome = confirmation.Verdict switch
        {
            ConfirmationVerdict.Best => "it was the best of them, and is taken.",
            ConfirmationVerdict.WithinNoise => $"it was {difference} behind the best of them, within the noise, and is taken.",
            ConfirmationVerdict.Worse => $"it was {difference} worse than {aggregate.Notation}, beyond the noise, so "
                + $"{aggregate.Notation} is taken instead.",
            ConfirmationVerdict.Failed => $"it failed, so {aggregate.Notation}, the best of the others, is taken instead.",
            _ => $"none came through, so {aggregate.Notation}, the search's best, is taken.",
        };
        return $"{what} {proposed}. Beside the best members of the best cluster, in {runs} with seeds that had no part in the "
            + $"search{noise}, {outcome}";
    }

    private static void WriteRow(HtmlWriter html, ConfirmedOrderOutput order, ConfirmationOutput confirmation, AggregateOutput aggregate)
    {
        Head(html, order.Layers.Notation);
        var proposed = order.Layers == confirmation.Proposed;
        Cell(html, (proposed, order.Layers == aggregate.Architecture) switch
        {
            (true, true) => "proposed, taken",
            (true, false) => "proposed",
            (false, true) => "member, taken",
            _ => "member",
        });
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
            Number(html, "failed");
        }

        Number(
            html,
            !proposed && order.Mean is { } own && confirmation.Orders[0].Mean is { } first
                ? NumberText.Signed(own - first)
                : NumberText.None);
        html.Element("td", string.Join(" · ", order.Runs.Select(r => r is { } run ? NumberText.Score(run) : "failed")), ("class", "one"));
    }
}
