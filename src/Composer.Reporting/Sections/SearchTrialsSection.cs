using Composer.Core.Settings;
using Composer.Mad.Scoring;
using Composer.Core.Json;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using Composer.Stages.Search;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>How each search went and what was made of its trials. A search that several models share is shown once.</summary>
internal sealed class SearchTrialsSection : IReportSection
{
    public string Id => "search";

    public string Title => "Search";

    public bool HasContent(ReportContent content) => content.Points.Any(p => p.Searches.Count > 0);

    public void Write(ReportPage page)
    {
        var searches = page.Content.Points
            .SelectMany(p => p.Searches.Select(s => (p.Label, Search: s)))
            .GroupBy(s => ComposerJson.WriteText(s.Search.Search), StringComparer.Ordinal)
            .Select(g => g.ToList())
            .ToList();
        SeedConvergencePlot.Write(page);
        foreach (var group in searches)
        {
            var search = group[0].Search;
            if (searches.Count > 1)
            {
                page.Html.Element("h3", $"Search for {Users(group)}").Line();
            }

            var aggregated = group.Where(s => s.Search.Aggregate is not null).ToList();
            WriteSearch(page, search, group.Select(s => s.Search.SearchStage).Concat(aggregated.Select(s => s.Search.AggregateStage)));
            foreach (var aggregate in aggregated.GroupBy(s => ComposerJson.WriteText(s.Search.Aggregate), StringComparer.Ordinal))
            {
                AggregationPart.Write(page, aggregate.First().Search, Users([.. aggregate]));
            }
        }
    }

    private static string Users(List<(string Label, ReportSearch Search)> users) =>
        string.Join(", ", users.Select(u => u.Label.Length > 0 ? $"{u.Search.Name} ({u.Label})" : u.Search.Name).Distinct());

    private static void WriteSearch(ReportPage page, ReportSearch from, IEnumerable<string> stages)
    {
        var (html, search) = (page.Html, from.Search);
        var failed = search.Trials.Where(t => t.Score is null).ToList();
        page.Paragraph(
            $"Strategy {SettingNames.Of(search.Strategy)}: {NumberText.Count(search.Trials.Count, "trial")} of {search.Layers}-layer "
            + $"orders made of "
            + $"{string.Join(" and ", search.Primitives)}"
            + (failed.Count > 0 ? $", {NumberText.Count(failed.Count)} of them failed" : "") + ". " + ScoreInWords(search));
        PlotLegend.Primitives(html, search.Primitives);
        using (html.In("div", ("class", "plots")))
        {
            ConvergencePlot.Write(page, search);
            if (from.Aggregate is { } aggregate)
            {
                ClusterPlot.Write(page, search, aggregate);
            }

            LayerChoicePlot.WriteTried(page, search);
            LayerChoicePlot.WriteShares(page, search);
            ModelFitPlot.Write(page, from);
            PositionImportancePlot.Write(page, from);
            FrontPart.WritePlots(page, search);
            ScoreDistributionPlot.Write(page, from);
            ParallelCoordinatesPlot.Write(page, from);
        }

        html.Line();
        page.Sources(stages);
        LayerCostTable.Write(page, search.LayerCosts, search.Length, "the candidates");
        CandidateTable.Write(page, search);
        LengthPart.Write(page, search);
        FrontPart.WriteTable(page, search);
        if (failed.Count > 0)
        {
            WriteFailures(page, failed);
        }
    }

    /// <summary>Which score this is: the same word means different things with different settings.</summary>
    private static string ScoreInWords(SearchOutput search)
    {
        var what = search.Objective switch
        {
            ScoreObjective.Loss => "loss on held-out samples",
            _ => "1 − accuracy on held-out samples",
        };
        var when = search.Score switch
        {
            ScoreEpoch.Last => "after the last epoch",
            _ => "at its best epoch (a minimum over epochs, so somewhat optimistic)",
        };
        return $"A candidate's score is its {what} {when}, with the best of the tried settings for each task, averaged over tasks"
            + $"{WeightsInWords(search)}; lower is better. "
            + (search.Trials.Where(t => t.Score is not null).Select(t => SearchStanding.ScoreOf(t).Count).DefaultIfEmpty(1).Max() is > 1 and var runs
                ? $"It is the mean of {NumberText.Count(runs, "run")} with seeds of their own; ±: the 95 % interval by Student's t."
                : "It is of one run.");
    }

    /// <summary>Such as <c>, in-context-recall with the weight 2</c>; empty where all tasks count the same.</summary>
    private static string WeightsInWords(SearchOutput search)
    {
        var weighted = search.Trials.SelectMany(t => t.Tasks).Where(t => t.Weight is not null)
            .Select(t => $"{t.Task} with the weight {NumberText.Setting(t.Weight!.Value)}").Distinct(StringComparer.Ordinal).ToArray();
        return weighted.Length == 0 ? "" : $" ({string.Join(", ", weighted)}, the others 1)";
    }

    private static void WriteFailures(ReportPage page, List<TrialOutput> failed)
    {
        var html = page.Html;
        using (html.In("details"))
        {
            html.Element("summary", $"Failed trials ({NumberText.Count(failed.Count)})");
            HtmlTable.Write(html, "Trials without a score", [TableColumn.Number("Trial"), new("Layers"), new("Why")], () =>
            {
                foreach (var trial in failed)
                {
                    Row(html, () =>
                    {
                        Number(html, NumberText.Count(trial.Number));
                        Cell(html, trial.Layers.ToString());
                        Cell(html, trial.Failure ?? "no reason was recorded");
                    });
                }
            });
        }

        html.Line();
    }
}
