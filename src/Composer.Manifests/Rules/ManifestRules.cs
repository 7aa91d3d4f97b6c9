using System.Globalization;
using System.Text.RegularExpressions;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>Rules that several values share, checked on a whole manifest: those of each section, and those between them.</summary>
internal static partial class ManifestRules
{
    public static void Check(ExperimentManifest manifest, RuleContext context)
    {
        CheckShape(manifest.Search.Model, "search.model", context);
        context.Report("search", manifest.Search.Validate());
        CheckEvaluate(manifest, context);
        CheckCondition(manifest, context);
        if (manifest.Extrapolate.Model is { } model)
        {
            CheckShape(model, "extrapolate.model", context);
        }

        context.Report("extrapolate", manifest.Extrapolate.Validate());
        context.Report("pretrain", manifest.Pretrain.Training.Validate());
        CheckComparisons(manifest, context);
        PretrainRules.Check(manifest, context);
    }

    /// <summary>Names become labels, folders and parts of paths.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    private static void CheckEvaluate(ExperimentManifest manifest, RuleContext context)
    {
        var evaluate = manifest.Evaluate;
        var variesTasks = manifest.Variant.Any(v => v.Set.ContainsKey("evaluate.tasks"));
        context.Report("evaluate", evaluate.Validate());
        context.Report(
            "evaluate.halving", evaluate.Halving.Validate(evaluate.Variants.Count()), "evaluate.learning_rates", "evaluate.weight_decays");
        context.Report("evaluate", evaluate.ValidateSamples());
        foreach (var name in evaluate.Task.Keys)
        {
            var path = $"evaluate.task.{name}";
            context.Report(path, evaluate.ValidateTask(name));

            // The settings of a task serve the main experiment where a variant leaves the task out, and the reverse.
            if (!evaluate.Tasks.Contains(name) && !variesTasks)
            {
                context.Warn(
                    DiagnosticCodes.TaskNotEvaluated,
                    $"'{path}' has no effect: 'evaluate.tasks' does not name the task.",
                    path,
                    "evaluate.tasks");
            }
        }
    }

    private static void CheckCondition(ExperimentManifest manifest, RuleContext context)
    {
        var (aggregate, layers) = (manifest.Aggregate, manifest.Search.Layers);
        if (aggregate.Method == AggregationMethod.ConditionOnSome && aggregate.Condition >= layers)
        {
            context.Error(
                DiagnosticCodes.ConditionTooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'aggregate.condition' ({aggregate.Condition}) must be less than 'search.layers' ({layers})."),
                null,
                "aggregate.condition",
                "aggregate.method",
                "search.layers");
        }
    }

    private static void CheckComparisons(ExperimentManifest manifest, RuleContext context)
    {
        var taken = new HashSet<string>(["composite"], StringComparer.Ordinal);
        for (var i = 0; i < manifest.Baseline.Count; i++)
        {
            var (baseline, path) = (manifest.Baseline[i], Item("baseline", i));
            CheckName(baseline.Name, path, taken, context);
            if (baseline.IsImported == baseline.Architecture.Length > 0)
            {
                context.Error(
                    DiagnosticCodes.NotOneModel,
                    $"The baseline '{baseline.Name}' has "
                    + (baseline.IsImported ? "both an architecture and a checkpoint." : "neither an architecture nor a checkpoint."),
                    "Give 'architecture' for a model that is to be trained, or 'checkpoint' for one that is.",
                    path,
                    $"{path}.architecture",
                    $"{path}.checkpoint");
            }

            if (baseline is { IsImported: true, Scaled: true })
            {
                context.Error(
                    DiagnosticCodes.NotOneModel,
                    $"The baseline '{baseline.Name}' is to be scaled, but it comes trained.",
                    "Leave 'scaled' out, or give an 'architecture' instead of the checkpoint.",
                    $"{path}.scaled");
            }

            if (baseline.Architecture.Length > 0 && !baseline.TryResolve(manifest.Extrapolate, out _, out var error))
            {
                context.Error(
                    DiagnosticCodes.InvalidArchitecture,
                    $"The architecture '{baseline.Architecture}' cannot be read: {error.Message}",
                    error.Remedy,
                    $"{path}.architecture",
                    "extrapolate.size");
            }
        }

        for (var i = 0; i < manifest.Variant.Count; i++)
        {
            CheckName(manifest.Variant[i].Name, Item("variant", i), taken, context);
        }
    }

    private static void CheckName(string name, string path, HashSet<string> taken, RuleContext context)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (!IsName(name))
        {
            context.Error(
                DiagnosticCodes.InvalidName,
                $"'{name}' is no name.",
                "Names are letters, digits, '.', '-' and '_', at most 64.",
                $"{path}.name");
        }
        else if (!taken.Add(name))
        {
            context.Error(
                DiagnosticCodes.NameTaken,
                $"The name '{name}' is taken.",
                name == "composite" ? "It is the searched architecture's." : "Baselines and variants stand in the same tables.",
                $"{path}.name");
        }
    }

    private static void CheckShape(ModelShape shape, string path, RuleContext context)
    {
        foreach (var mistake in shape.Validate())
        {
            context.Error(
                DiagnosticCodes.InvalidShape,
                $"In '{path}': {mistake}",
                null,
                [path, .. new[] { "dim", "heads", "kv_heads", "hidden" }.Select(width => $"{path}.{width}")]);
        }
    }

    private static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}
