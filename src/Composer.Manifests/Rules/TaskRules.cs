using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>
/// Rules of <c>evaluate</c>: which knob belongs to which MAD task, and which settings can produce samples
/// at all. The defaults are those of <c>specs/mad.md</c>; Composer.Mad refuses the same settings again.
/// </summary>
internal static class TaskRules
{
    /// <summary>Vocabulary and length of each task's baseline setting.</summary>
    private static readonly Dictionary<string, (int Vocabulary, int Length)> MadTasks = new(StringComparer.Ordinal)
    {
        ["in-context-recall"] = (16, 128),
        ["noisy-in-context-recall"] = (32, 128),
        ["fuzzy-in-context-recall"] = (16, 128),
        ["selective-copying"] = (16, 256),
        ["compression"] = (16, 32),
        ["memorization"] = (64, 32),
    };

    public static void Check(ExperimentManifest manifest, RuleContext context)
    {
        var evaluate = manifest.Evaluate;
        var variesTasks = manifest.Variant.Any(v => v.Set.Any(s => s.Key == "evaluate.tasks"));
        ManifestRules.CheckUnique(evaluate.Tasks, "evaluate.tasks", context);
        if (evaluate.Objective == "accuracy" && evaluate.Tasks.Contains("text"))
        {
            context.Error(
                DiagnosticCodes.ObjectiveNotOfTask,
                "The task 'text' is scored by its validation loss, so 'evaluate.objective' cannot be \"accuracy\".",
                "Write \"loss\", or leave the task out.",
                "evaluate.objective",
                "evaluate.tasks");
        }

        foreach (var (name, task) in evaluate.Task)
        {
            var path = $"evaluate.task.{name}";
            if (!MadTasks.ContainsKey(name))
            {
                context.Error(
                    DiagnosticCodes.UnknownKey,
                    $"There is no MAD task '{name}'.",
                    Suggestion.DidYouMean(name, MadTasks.Keys) ?? $"There are {string.Join(", ", MadTasks.Keys)}.",
                    path);
                continue;
            }

            // The settings of a task serve the main experiment where a variant leaves the task out, and the reverse.
            if (!evaluate.Tasks.Contains(name) && !variesTasks)
            {
                context.Warn(DiagnosticCodes.TaskNotEvaluated, $"'{path}' has no effect: 'evaluate.tasks' does not name the task.", null, path, "evaluate.tasks");
            }

            CheckKnobs(name, task, path, context);
            CheckSetting(name, task, path, context);
        }
    }

    private static void CheckKnobs(string name, TaskSection task, string path, RuleContext context)
    {
        Knob("noise_vocabulary", task.NoiseVocabulary is not null, "noisy-in-context-recall");
        Knob("noise_fraction", task.NoiseFraction is not null, "noisy-in-context-recall");
        Knob("copy", task.Copy is not null, "selective-copying");
        Knob("motif", task.Motif is not null, "fuzzy-in-context-recall");
        Knob("multi_query", task.MultiQuery is not null, "in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall");

        void Knob(string knob, bool given, params string[] tasks)
        {
            if (given && !tasks.Contains(name))
            {
                context.Error(DiagnosticCodes.KnobNotOfTask, $"The task '{name}' has no '{knob}'.", $"Only {string.Join(", ", tasks)} has.", $"{path}.{knob}");
            }
        }
    }

    private static void CheckSetting(string name, TaskSection task, string path, RuleContext context)
    {
        var vocabulary = task.Vocabulary ?? MadTasks[name].Vocabulary;
        var length = task.Length ?? MadTasks[name].Length;
        var special = task.MultiQuery == false ? 1 : 0;
        switch (name)
        {
            case "in-context-recall" or "noisy-in-context-recall":
                var noise = name == "noisy-in-context-recall" ? task.NoiseVocabulary ?? 16 : 0;
                Demand(length % 2 == 0, "length", length, "must be even: it is made of pairs.");
                Demand(vocabulary >= noise + special + 2, "vocabulary", vocabulary, $"must be at least {noise + special + 2}: keys and values beside {noise + special} noise and special tokens.");
                break;
            case "fuzzy-in-context-recall":
                var motif = task.Motif ?? 3;
                var least = (2 * motif) + 1 + special;
                Demand(vocabulary >= least, "vocabulary", vocabulary, $"must be at least {least}: keys and values need {motif} tokens each for motifs of {motif}.");
                Demand(length > 4 * motif, "length", length, $"must be more than {4 * motif}: the probe stands twice in it, with motifs of {motif}.");
                break;
            case "selective-copying":
                var copy = task.Copy ?? 16;
                Demand(length > 2 * copy, "length", length, $"must be more than {2 * copy}: {copy} tokens stand in it twice.");
                break;
            case "memorization":
                Demand(vocabulary >= 5, "vocabulary", vocabulary, "must be at least 5: two keys, two values and the insert token.");
                Demand(length % 2 == 0, "length", length, "must be even: each key is followed by the insert token.");
                break;
        }

        void Demand(bool holds, string knob, int value, string rule)
        {
            if (!holds)
            {
                context.Error(
                    DiagnosticCodes.InvalidTask,
                    string.Create(CultureInfo.InvariantCulture, $"'{path}.{knob}' ({value}) {rule}"),
                    null,
                    $"{path}.{knob}",
                    $"{path}.motif",
                    $"{path}.copy",
                    $"{path}.noise_vocabulary");
            }
        }
    }
}
