using System.CommandLine;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Search.Aggregation;
using Composer.Stages.Experiment;

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
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var run = Run();
        var command = new Command(
            "compare",
            "Aggregate finished searches in five ways, and see what each chose is worth in the searches of other seeds.") { seeds,
            json,
            run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var searches = FinishedSearches.Of(
                options, parsed, options.Chosen(parsed), parsed.GetValue(run), FinishedSearches.Seeds(parsed.GetValue(seeds)));
            var view = new AggregationComparisonsView([.. Comparable(searches)]);
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

    /// <summary>Searches that differ in their seeds alone, aggregated in five ways; what several variants share, once.</summary>
    private static IEnumerable<AggregationComparisonView> Comparable(IEnumerable<StoredSearch> found) =>
        from searches in found.GroupBy(search => search.WithoutSeed)
        let clusters = searches.First().Searched.Manifest.Aggregate.Clusters
        group searches by (clusters, string.Join(' ', searches.Select(search => search.Key))) into shared
        let searches = shared.First()
        let ways = AggregationComparison.Of([.. searches.Select(search => search.Finished())], shared.Key.clusters)
        select new AggregationComparisonView(
            [.. shared.Select(same => same.Key)], searches.Count(), [.. ways.Select(AggregationWayView.Of)]);
}
