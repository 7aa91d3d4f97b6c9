using System.CommandLine;
using System.Globalization;
using Composer.Cli.Output;
using Composer.Core.Diagnostics;
using Composer.Core.Json;
using Composer.Core;
using Composer.Pipeline.Planning;
using Composer.Search.Aggregation;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary><c>composer search</c>: what finished searches found. It computes none: <c>run NAME --until search</c> does.</summary>
internal static class SearchCommand
{
    private const string Code = "CMP1013";

    public static Command Create() => new("search", "Export and compare finished searches.") { Export(), Compare() };

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
            var searches = Finished(options, parsed, parsed.GetValue(run), []);
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
            var searches = Finished(options, parsed, parsed.GetValue(run), Seeds(parsed.GetValue(seeds)));
            var view = new AggregationComparisonsView([.. Comparable(searches)]);
            Console.WriteLine(parsed.GetValue(json) ? ComposerJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Run() => new("--run")
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

    /// <summary>The searches of the experiment, with each of the seeds; all of them must be in the store.</summary>
    private static List<StoredSearch> Finished(ExperimentOptions options, ParseResult parsed, string? run, IReadOnlyList<string> seeds)
    {
        if (run is not null && seeds.Count > 0)
        {
            throw new UserInputException(new Diagnostic(
                Code,
                DiagnosticSeverity.Error,
                "--run names one run, and --seeds others.",
                Remedy: "Leave out --seeds: the seeds of the run's sweep are taken."));
        }

        var found = new List<StoredSearch>();
        var missing = new List<Diagnostic>();
        foreach (var seed in seeds.Count > 0 ? seeds : [""])
        {
            string[] more = seed.Length > 0 ? [$"seed={seed}"] : [];
            var (loaded, _, workspace) = options.Load(parsed, more);
            using var store = Session.OpenStore(workspace);
            var graph = ExperimentGraphs.Build(loaded, workspace, Session.Kinds);
            var searches = run is null
                ? StoredSearch.Of(loaded, graph, store, new Planner(store, workspace, Session.Resources(null)))
                : StoredSearch.Of(loaded, store.StagesOf(store.FindRun(run).Id), store);
            if (searches.Count == 0)
            {
                missing.Add(run is null ? NeverRan(parsed.GetRequiredValue(options.Name), seed) : NotOf(run));
            }

            found.AddRange(searches);
        }

        return missing.Count == 0 ? found : throw new UserInputException([.. missing]);
    }

    private static Diagnostic NeverRan(string name, string seed) => new(
        Code,
        DiagnosticSeverity.Error,
        "The store has no finished search of this experiment.",
        Remedy: $"Run composer run {name}{(seed.Length > 0 ? $" --set seed={seed}" : "")} --until search first; or take those of an "
            + $"earlier run with --run.");

    private static Diagnostic NotOf(string run) => new(
        Code,
        DiagnosticSeverity.Error,
        $"Run {run} has no search of this experiment with these settings.",
        Remedy: "Give the name, --profile and --set that it ran with; 'composer runs' lists the runs.");

    private static string[] Seeds(string? text)
    {
        var seeds = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(seeds, s => !ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } wrong
            ? throw new UserInputException(
                new Diagnostic(Code, DiagnosticSeverity.Error, $"--seeds holds '{wrong}', which is no seed.", Remedy: "Write --seeds 17,18,19."))
            : seeds;
    }
}
