using System.CommandLine;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Search.Aggregation;
using Composer.Stages.Experiment;
using Composer.Stages.Prediction;

namespace Composer.Cli.Commands;

/// <summary><c>composer search</c>: what finished searches found. It computes none: <c>run NAME --until search</c> does.</summary>
internal static class SearchCommand
{
    public static Command Create() => new("search", "Export and compare finished searches, and see which of their scores predicts.")
    {
        Export(), Compare(), SearchPredictCommand.Create(),
    };

    private static Command Export()
    {
        var options = new ExperimentOptions();
        var json = new Option<bool>("--json") { Description = "Print one JSON object; what the search left out, too." };
        var csv = new Option<bool>("--csv") { Description = "Print a CSV table, one row a trial; the default." };
        var run = Run();
        var command = new Command("export", "Print the trials of an experiment's search.") { csv, json, run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var searches = FinishedSearches.Of(options, parsed, options.Chosen(parsed), parsed.GetValue(run), []);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(new { Searches = searches }));
            }
            else
            {
                foreach (var search in searches)
                {
                    Console.Write(TrialCsv.Of(search.Output));
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Compare()
    {
        var options = new ExperimentOptions();
        var seeds = new Option<string?>("--seeds")
        {
            Description = "Seeds such as 17,18,19, each a search of its own; the manifest's by default, or those of its sweep.",
        };
        var truth = new TruthOptions();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var run = Run();
        var command = new Command(
            "compare",
            "Aggregate finished searches in five ways, as they are and confirmed by fresh runs, and see what each chose is worth in the "
            + "searches of other seeds, and by a truth of another kind.")
        {
            seeds, json, run,
        };
        options.AddTo(command);
        truth.AddTo(command);
        command.SetAction(parsed =>
        {
            var searches = FinishedSearches.Of(
                options, parsed, options.Chosen(parsed), parsed.GetValue(run), FinishedSearches.Seeds(parsed.GetValue(seeds)));
            var measured = truth.AreGiven(parsed)
                ? truth.Of(
                    options,
                    parsed,
                    [.. searches.SelectMany(search => search.Finished().Trials).Select(trial => trial.Sequence).Distinct()])
                : null;
            var view = new AggregationComparisonsView([.. Comparable(searches, measured)]);
            Console.WriteLine(parsed.GetValue(json) ? ComposerJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

    internal static Option<string?> Run() => new("--run")
    {
        Description = "Take the searches as this run left them, whatever code computed them; its id, or its beginning. Give the run's "
            + "own --profile and --set.",
        HelpName = "RUN",
    };

    /// <summary>Searches that differ in their seeds alone, aggregated in every way; what several variants share, once.</summary>
    private static IEnumerable<AggregationComparisonView> Comparable(IEnumerable<StoredSearch> found, OrderTruth? truth) =>
        from searches in found.GroupBy(search => search.WithoutSeed)
        let aggregate = searches.First().Searched.Manifest.Aggregate
        group searches by (aggregate.Clusters, string.Join(' ', searches.Select(search => search.Key))) into shared
        select Compared([.. shared.Select(same => same.Key)], [.. shared.First()], truth);

    private static AggregationComparisonView Compared(IReadOnlyList<string> stages, IReadOnlyList<StoredSearch> searches, OrderTruth? truth)
    {
        var settings = searches[0].Searched.Manifest.Aggregate;
        FinishedSearch[] finished = [.. searches.Select(search => search.Finished())];
        var tried = finished.SelectMany(search => search.Trials).Select(trial => trial.Sequence).ToHashSet();
        var measured = truth?.Values.Where(t => tried.Contains(t.Key)).ToDictionary(t => t.Key, t => t.Value.Average());
        if (measured is { Count: 0 })
        {
            throw TruthOptions.Mistake(
                $"{truth!.Stage} has none of the orders that {stages[0]} tried.", "Name a truth over the same layers by --truth.");
        }

        var own = AggregationComparison.HasFreshRuns(finished, settings);
        return new AggregationComparisonView(
            stages,
            searches.Count,
            own ? "fresh runs" : searches.Count > 1 ? "other seeds" : null,
            own ? settings.ConfirmRuns : AggregationComparison.OthersThatConfirm(searches.Count, settings),
            truth is null
                ? null
                : new ComparedTruthView(truth.Stage, truth.What, truth.Unit, truth.Seeds, truth.Repetitions, measured!.Count),
            finished.Average(search => search.MeanRegret()),
            measured is null ? null : measured.Values.Average() - measured.Values.Min(),
            [.. AggregationComparison.Of(finished, settings, measured).Select(AggregationWayView.Of)]);
    }
}
