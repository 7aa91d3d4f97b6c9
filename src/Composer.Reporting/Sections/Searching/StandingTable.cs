using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Aggregate;
using Composer.Stages.Report;
using Composer.Stages.Search;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections.Searching;

/// <summary>The order that was found and the best candidate, score beside score.</summary>
internal static class StandingTable
{
    public static void Write(ReportPage page, ReportSearch from)
    {
        if (SearchStanding.Of(from) is not { Best: { } best } standing)
        {
            return;
        }

        var html = page.Html;
        var data = new DataTable("order", "layers", "rank", "score", "runs", "half_width_95", "fresh_runs", "fresh_mean", "fresh_half_width_95");
        var confirmed = from.Aggregate!.Confirmation?.Orders ?? [];
        HtmlTable.Write(
            html,
            "The found order beside the best candidate",
            [
                new("Order"), new("Layers"), TableColumn.Number("Rank", $"of {NumberText.Count(standing.Ranked)}"),
                TableColumn.Number("Score in the search", "mean ± 95 % interval"), TableColumn.Number("In fresh runs", "mean ± 95 % interval"),
            ],
            () =>
            {
                Line("found", standing.Order, standing.Found, standing.Rank);
                Line("best candidate", best.Layers, best, 1);
            });
        page.Data("found and best order", data);

        void Line(string what, Architecture.LayerSequence layers, TrialOutput? trial, int? rank)
        {
            var fresh = Fresh(confirmed.FirstOrDefault(o => o.Layers == layers));
            var score = trial is null ? (MeanInterval?)null : SearchStanding.ScoreOf(trial);
            data.Add(what, layers.ToString(), rank, score?.Mean, score?.Count, score?.Half, fresh?.Count, fresh?.Mean, fresh?.Half);
            Row(html, () =>
            {
                Head(html, what);
                using (html.In("td"))
                {
                    LayerBlocks.Write(html, layers, layers.ToString());
                }

                Number(html, rank is { } known ? NumberText.Count(known) : "not tried");
                Interval(html, score, NumberText.None);
                Interval(html, fresh, "none");
            });
        }
    }

    /// <summary>The mean of fresh runs; null where there were none or one failed.</summary>
    public static MeanInterval? Fresh(ConfirmedOrderOutput? order) =>
        order is { Runs.Count: > 0 } && order.Runs.All(r => r is not null) ? MeanInterval.Of(order.Runs.Select(r => r!.Value)) : null;

    private static void Interval(HtmlWriter html, MeanInterval? interval, string none)
    {
        using (html.In("td", ("class", "n")))
        {
            html.Text(interval is { } known ? NumberText.Score(known.Mean) : none);
            if (interval is { } shown)
            {
                html.Element("small", Counted(shown, h => NumberText.Score(h), "run"));
            }
        }
    }

    /// <summary><c>± 0.0120, 3 runs</c>; <c>one run</c>.</summary>
    public static string Counted(MeanInterval interval, Func<double, string> number, string noun) => interval.Half is null
        ? NumberText.Half(null, number)
        : $"{NumberText.Half(interval.Half, number)}, {NumberText.Count(interval.Count, noun)}";
}
