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
        CheckLayers(manifest.Search.Model, manifest.Search.CandidateShape, "search.model", context);
        context.Report("search", manifest.Search.Validate());
        CheckEvaluate(manifest, context);
        CheckCondition(manifest, context);
        if (manifest.Extrapolate.Model is { } model)
        {
            CheckShape(model, "extrapolate.model", context);
        }

        context.Report("extrapolate", manifest.Extrapolate.Validate());
        CheckSize(manifest, context);
        context.Report("pretrain", manifest.Pretrain.Training.Validate());
        context.Report("pretrain", manifest.Pretrain.Resources.Validate(manifest.Pretrain.Training.GradientShards));
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
        context.Report("evaluate", evaluate.ValidateLengths());
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
            string[] given =
            [
                .. new[] { ("architecture", baseline.Architecture), ("order", baseline.Order), ("checkpoint", baseline.Checkpoint) }
                    .Where(s => s.Item2.Length > 0)
                    .Select(s => s.Item1),
            ];
            if (given.Length != 1)
            {
                context.Error(
                    DiagnosticCodes.NotOneModel,
                    $"The baseline '{baseline.Name}' has "
                    + (given.Length == 0 ? "neither an architecture, nor an order, nor a checkpoint." : $"{string.Join(" and ", given)}: one of them says what it is."),
                    "Give 'architecture' for a model that is to be trained, 'order' for one that is scaled first, or 'checkpoint' for one "
                    + "that is trained.",
                    path,
                    $"{path}.architecture",
                    $"{path}.order",
                    $"{path}.checkpoint");
                continue;
            }

            if (baseline.Method is not null && baseline.Order.Length == 0)
            {
                context.Error(
                    DiagnosticCodes.NotOneModel,
                    $"The baseline '{baseline.Name}' says how its order is scaled, but has none.",
                    "Give 'order' instead, or leave 'method' out.",
                    $"{path}.method");
            }

            CheckLayers(baseline, path, manifest, context);
        }

        for (var i = 0; i < manifest.Variant.Count; i++)
        {
            CheckName(manifest.Variant[i].Name, Item("variant", i), taken, context);
        }
    }

    /// <summary>The layers of a baseline that is trained; null where there are none to be had.</summary>
    internal static LayerSequence? LayersOf(BaselineSection baseline, ExperimentManifest manifest) =>
        HasLayers(baseline, manifest) && baseline.TryResolve(manifest.Scaling, out var layers, out _) ? layers : null;

    /// <remarks>An order is scaled to a size that is right by itself.</remarks>
    private static bool HasLayers(BaselineSection baseline, ExperimentManifest manifest) =>
        !baseline.IsImported && (baseline.Order.Length == 0
            || (!manifest.Extrapolate.Validate().Any() && manifest.Extrapolate.Target.Shape.Validate().Count == 0));

    private static void CheckLayers(BaselineSection baseline, string path, ExperimentManifest manifest, RuleContext context)
    {
        if (HasLayers(baseline, manifest) && !baseline.TryResolve(manifest.Scaling, out _, out var error))
        {
            context.Error(
                DiagnosticCodes.InvalidArchitecture,
                $"The {baseline.Given} '{baseline.Order}{baseline.Architecture}' cannot be read: {error.Message}",
                error.Remedy,
                $"{path}.{baseline.Given}",
                "extrapolate.size");
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

    /// <summary>What the primitives of the search and of the baselines find wrong with the large model.</summary>
    private static void CheckSize(ExperimentManifest manifest, RuleContext context)
    {
        if (manifest.Extrapolate.Validate().Any())
        {
            return;
        }

        var target = manifest.Scaling.Target;
        var path = manifest.Extrapolate.Model is null ? "extrapolate.size" : "extrapolate.model";
        var symbols = manifest.Search.Primitives.Where(p => p.Length == 1).Select(p => p[0])
            .Concat(manifest.Baseline.SelectMany(baseline => (IEnumerable<char>?)LayersOf(baseline, manifest) ?? []));
        CheckLayers(target.Shape, target.ShapeOf(symbols), path, context);
    }

    /// <summary>What is wrong only with the options that layers have, where the shape by itself is sound.</summary>
    private static void CheckLayers(ModelShape shape, ModelShape completed, string path, RuleContext context)
    {
        if (shape.Validate().Count == 0)
        {
            CheckShape(completed, path, context);
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
