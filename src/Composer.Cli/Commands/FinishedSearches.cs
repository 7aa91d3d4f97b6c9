using System.CommandLine;
using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary>The finished searches of an experiment, as the store or one of its runs has them.</summary>
internal static class FinishedSearches
{
    /// <summary>The code of mistakes about them.</summary>
    public const string Code = "CMP1013";

    /// <summary>The searches of the experiment, with each of the seeds; all of them must be in the store.</summary>
    /// <param name="options">What the command takes.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="chosen">The experiment.</param>
    /// <param name="run">The run whose searches are taken; null for those of the present code.</param>
    /// <param name="seeds">Seeds in place of the manifest's; none for its own.</param>
    /// <exception cref="UserInputException">One is missing, or the settings are wrong.</exception>
    public static IReadOnlyList<StoredSearch> Of(
        ExperimentOptions options, ParseResult parsed, ChosenExperiment chosen, string? run, IReadOnlyList<string> seeds)
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
            var (loaded, _, workspace) = options.Load(parsed, chosen, more);
            using var store = Session.OpenStore(workspace);
            var searches = run is null
                ? StoredSearch.Of(
                    loaded,
                    ExperimentGraphs.Build(loaded, workspace, Session.Kinds),
                    store,
                    new Planner(store, workspace, Session.Resources(null)))
                : StoredSearch.Of(loaded, store.StagesOf(store.FindRun(run).Id), store);
            if (searches.Count == 0)
            {
                missing.Add(run is null ? NeverRan(chosen.Name, seed) : NotOf(run, chosen.Name));
            }

            found.AddRange(searches);
        }

        return missing.Count == 0 ? found : throw new UserInputException([.. missing]);
    }

    /// <summary>Seeds such as 17,18,19.</summary>
    /// <exception cref="UserInputException">One is none.</exception>
    public static IReadOnlyList<string> Seeds(string? text)
    {
        var seeds = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(seeds, s => !ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } wrong
            ? throw new UserInputException(new Diagnostic(
                Code, DiagnosticSeverity.Error, $"--seeds holds '{wrong}', which is no seed.", Remedy: "Write --seeds 17,18,19."))
            : seeds;
    }

    private static Diagnostic NeverRan(string name, string seed) => new(
        Code,
        DiagnosticSeverity.Error,
        $"The store has no finished search of {name}.",
        Remedy: $"Run composer run {name}{(seed.Length > 0 ? $" --set seed={seed}" : "")} --until search first; or take those of an "
            + $"earlier run with --run.");

    private static Diagnostic NotOf(string run, string experiment) => new(
        Code,
        DiagnosticSeverity.Error,
        $"Run {run} has no search of {experiment} with these settings.",
        Remedy: "Give the name, --profile and --set that it ran with; 'composer runs' lists the runs.");
}
