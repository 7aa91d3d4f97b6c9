using Composer.Core.Diagnostics;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Cli.Commands;

/// <summary>A stage that a run of an experiment brought to its end.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">The stage in it.</param>
/// <param name="Record">Its result.</param>
internal sealed record FinishedStage(RunRecord Run, RunStage Stage, StageRecord Record)
{
    /// <param name="store">Where the runs are.</param>
    /// <param name="name">The experiment.</param>
    /// <param name="stage">Its name, or its kind where only one stage of that is there.</param>
    /// <param name="named">The run's id, or its beginning; the newest that has the stage when null.</param>
    /// <param name="code">Of the error.</param>
    /// <exception cref="UserInputException">There is none, or more than one.</exception>
    public static FinishedStage Find(StageStore store, string name, string stage, string? named, string code)
    {
        var runs = named is null ? store.Runs(int.MaxValue).Where(r => r.Experiment == name).ToList() : [store.FindRun(named)];
        if (runs.Count == 0 || runs[0].Experiment != name)
        {
            var experiments = store.Runs(int.MaxValue).Select(r => r.Experiment).Distinct();
            throw Mistake(
                named is null
                    ? $"No run of '{name}' is in the store."
                    : $"Run {runs[0].Id} is one of '{runs[0].Experiment}', not of '{name}'.",
                Suggestion.DidYouMean(name, experiments) ?? "'composer runs' lists what ran.");
        }

        var known = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var reached = store.StagesOf(run.Id).Where(s => s.Key is not null && store.Contains(s.Key.Value)).ToList();
            known.UnionWith(reached.Select(s => s.Name));
            var exact = reached.Where(s => s.Name == stage).ToList();
            var matching = exact.Count > 0 ? exact : [.. reached.Where(s => s.Kind == stage)];
            if (matching.Count > 1)
            {
                throw Mistake($"'{stage}' is {matching.Count} stages.", $"Name one of {string.Join(", ", matching.Select(s => s.Name))}.");
            }

            if (matching is [var only])
            {
                return new FinishedStage(run, only, store.Find(only.Key!.Value)
                    ?? throw Mistake(
                        $"Outputs of {only.Name} are no longer in the store, or damaged.",
                        "Run the experiment again: it is computed anew."));
            }
        }

        throw Mistake(
            named is null ? $"No run of '{name}' reached a stage '{stage}'." : $"Run {named} reached no stage '{stage}'.",
            Suggestion.DidYouMean(stage, known)
                ?? (known.Count > 0 ? $"There are {string.Join(", ", known)}." : "'composer runs' says what ran."));

        UserInputException Mistake(string message, string remedy) =>
            new(new Diagnostic(code, DiagnosticSeverity.Error, message, Remedy: remedy));
    }
}
