using System.CommandLine;
using System.Globalization;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Stages.Search;
using Composer.Search.Aggregation;

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
        var command = new Command("export", "Print the trials of an experiment's search.") { csv, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var searches = Finished(options, parsed, []);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(PipelineJson.WriteText(new { Searches = searches.Select(s => s.Search) }));
            }
            else
            {
                foreach (var (_, search) in searches)
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
        var seeds = new Option<string?>("--seeds") { Description = "Seeds such as 17,18,19, each a search of its own; the manifest's by default, or those of its sweep." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("compare", "Aggregate finished searches in five ways, and see what each chose is worth in the searches of other seeds.") { seeds, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var searches = Finished(options, parsed, Seeds(parsed.GetValue(seeds)));
            var ways = AggregationComparison.Of(
                [.. searches.Select(s => s.Search.Finished(s.Manifest))], searches[0].Manifest.Aggregate.Clusters);
            var view = new AggregationComparisonView(searches.Count, [.. ways.Select(AggregationWayView.Of)]);
            Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The searches of the experiment, with each of the seeds; all of them must be in the store.</summary>
    private static List<(Manifests.Model.ExperimentManifest Manifest, StoredSearch Search)> Finished(
        ExperimentOptions options, ParseResult parsed, IReadOnlyList<string> seeds)
    {
        var found = new List<(Manifests.Model.ExperimentManifest, StoredSearch)>();
        var missing = new List<string>();
        foreach (var seed in seeds.Count > 0 ? seeds : [""])
        {
            string[] more = seed.Length > 0 ? [$"seed={seed}"] : [];
            var (loaded, _, workspace) = options.Load(parsed, more);
            using var store = Session.OpenStore(workspace);
            var graph = ExperimentGraphs.Build(loaded, workspace, Session.Renderer);
            var searches = StoredSearch.Of(graph, store, new Planner(store, Session.Resources(null)));
            if (searches.Count == 0)
            {
                missing.Add($"composer run {parsed.GetValue(options.Name)}{(seed.Length > 0 ? $" --set seed={seed}" : "")} --until search");
            }

            found.AddRange(searches.Select(s => (loaded.Manifest, s)));
        }

        return missing.Count == 0
            ? found
            : throw new UserInputException(missing.Select(command => new Diagnostic(
                Code, DiagnosticSeverity.Error, "The store has no finished search of this experiment.", Remedy: $"Run {command} first.")).ToArray());
    }

    private static string[] Seeds(string? text)
    {
        var seeds = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(seeds, s => !ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } wrong
            ? throw new UserInputException(new Diagnostic(Code, DiagnosticSeverity.Error, $"--seeds holds '{wrong}', which is no seed.", Remedy: "Write --seeds 17,18,19."))
            : seeds;
    }
}
