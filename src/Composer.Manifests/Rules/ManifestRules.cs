using System.Globalization;
using System.Text.RegularExpressions;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>Rules that several values share, checked on a whole manifest.</summary>
internal static partial class ManifestRules
{
    private const int LargestEnumeration = 1 << 20;

    public static void Check(ExperimentManifest manifest, RuleContext context)
    {
        CheckSearch(manifest.Search, context);
        SearchRules.Check(manifest.Search, context);
        SearchRules.CheckHalving(manifest.Evaluate, context);
        TaskRules.Check(manifest, context);
        LimitsRules.Check(manifest.Limits, context);
        CheckAggregate(manifest, context);
        CheckExtrapolate(manifest.Extrapolate, context);
        CheckPretrain(manifest.Pretrain, context);
        CheckUnique(manifest.LmEval.Tasks, "lm-eval.tasks", context);
        CheckBaselines(manifest, context);
    }

    /// <summary>Names become labels, folders and parts of paths.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    public static void CheckUnique(IReadOnlyList<string> items, string path, RuleContext context)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items.Take(i).Contains(items[i]))
            {
                context.Error(DiagnosticCodes.Repeated, $"'{items[i]}' is named twice.", "Keep one.", Item(path, i));
            }
        }
    }

    private static void CheckSearch(SearchSection search, RuleContext context)
    {
        CheckShape(search.Model, "search.model", context);
        if (search.InitialTrials > search.Trials)
        {
            context.Error(
                DiagnosticCodes.TooManyInitialTrials,
                string.Create(CultureInfo.InvariantCulture, $"'search.initial_trials' ({search.InitialTrials}) must be at most 'search.trials' ({search.Trials})."),
                null,
                "search.initial_trials",
                "search.trials");
        }

        if (search.Strategy is "end-layer" or "middle-layer" && !search.ShorterLastStep && search.Layers % search.StepLayers != 0)
        {
            context.Error(
                DiagnosticCodes.StepsDoNotDivide,
                string.Create(CultureInfo.InvariantCulture, $"'search.step_layers' ({search.StepLayers}) must divide 'search.layers' ({search.Layers}): each step of the {search.Strategy} search adds as many."),
                "Or set 'search.shorter_last_step' to true.",
                "search.step_layers",
                "search.layers",
                "search.strategy");
        }

        CheckPrimitives(search.Primitives, context);
        if (search.Strategy == "exhaustive" && Math.Pow(search.Primitives.Count, search.Layers) > LargestEnumeration)
        {
            context.Error(
                DiagnosticCodes.SpaceTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"An exhaustive search over {search.Layers} layers of {search.Primitives.Count} primitives has more than {LargestEnumeration} candidates."),
                "Take fewer layers, or the strategy \"one-shot\".",
                "search.layers",
                "search.primitives",
                "search.strategy");
        }
    }

    private static void CheckPrimitives(IReadOnlyList<string> primitives, RuleContext context)
    {
        var known = PrimitiveRegistry.Default;
        for (var i = 0; i < primitives.Count; i++)
        {
            if (primitives[i].Length != 1 || !known.TryGet(primitives[i][0], out _))
            {
                context.Error(
                    DiagnosticCodes.UnknownPrimitive,
                    $"There is no primitive '{primitives[i]}'.",
                    Suggestion.DidYouMean(primitives[i], known.All.Select(p => p.Symbol.ToString()))
                        ?? $"There are {string.Join(", ", known.All.Select(p => $"{p.Symbol} ({p.Name})"))}.",
                    Item("search.primitives", i));
            }
        }

        CheckUnique(primitives, "search.primitives", context);
    }

    private static void CheckAggregate(ExperimentManifest manifest, RuleContext context)
    {
        if (manifest.Aggregate.Method == "n-c" && manifest.Aggregate.Condition >= manifest.Search.Layers)
        {
            context.Error(
                DiagnosticCodes.ConditionTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"'aggregate.condition' ({manifest.Aggregate.Condition}) must be less than 'search.layers' ({manifest.Search.Layers})."),
                null,
                "aggregate.condition",
                "aggregate.method",
                "search.layers");
        }
    }

    private static void CheckExtrapolate(ExtrapolateSection extrapolate, RuleContext context)
    {
        if (extrapolate.Model is { } model)
        {
            CheckShape(model, "extrapolate.model", context);
        }

        if (!ModelSize.TryParse(extrapolate.Size, out var size, out var error))
        {
            context.Error(DiagnosticCodes.InvalidSize, error, null, "extrapolate.size");
        }
        else if (size.Preset is not null && extrapolate.Model is not null)
        {
            context.Error(
                DiagnosticCodes.PresetHasModel,
                $"The size {extrapolate.Size} has widths of its own (Table 3), so 'extrapolate.model' has no say.",
                "Leave the model out, or give the size as a number of parameters.",
                "extrapolate.model",
                "extrapolate.size");
        }
        else if (size.Preset is null && extrapolate.Model is null)
        {
            context.Error(
                DiagnosticCodes.SizeNeedsModel,
                $"The size {extrapolate.Size} is none of {string.Join(", ", SizePreset.All.Select(p => p.Name))}, so it needs the widths of the model.",
                "Add extrapolate.model = { dim = …, heads = …, kv_heads = …, hidden = … }.",
                "extrapolate.size",
                "extrapolate.model");
        }
    }

    private static void CheckPretrain(PretrainSection pretrain, RuleContext context)
    {
        if (pretrain is { Tokens: not null, Flops: not null })
        {
            context.Error(DiagnosticCodes.TwoBudgets, "Both 'pretrain.tokens' and 'pretrain.flops' are given; one budget ends the training.", "Remove one.", "pretrain.tokens");
        }
        else if (pretrain is { Tokens: null, Flops: null })
        {
            context.Error(DiagnosticCodes.NoBudget, "The pre-training has no budget.", "Give 'pretrain.tokens' or 'pretrain.flops'.", "pretrain", "pretrain.tokens", "pretrain.flops");
        }

        if (pretrain is { Schedule: "trapezoidal", WarmupSteps: null } && pretrain.Warmup + pretrain.Decay > 1)
        {
            context.Error(
                DiagnosticCodes.ScheduleTooLong,
                string.Create(CultureInfo.InvariantCulture, $"'pretrain.warmup' ({pretrain.Warmup}) and 'pretrain.decay' ({pretrain.Decay}) are together more than 1."),
                "They are shares of all steps.",
                "pretrain.decay",
                "pretrain.warmup");
        }

        if (pretrain.BatchTokens < pretrain.Length)
        {
            context.Error(
                DiagnosticCodes.BatchTooSmall,
                string.Create(CultureInfo.InvariantCulture, $"'pretrain.batch_tokens' ({pretrain.BatchTokens}) is less than one sequence of 'pretrain.length' ({pretrain.Length})."),
                null,
                "pretrain.batch_tokens",
                "pretrain.length");
        }
    }

    private static void CheckBaselines(ExperimentManifest manifest, RuleContext context)
    {
        var taken = new HashSet<string>(["composite"], StringComparer.Ordinal);
        var size = ModelSize.TryParse(manifest.Extrapolate.Size, out var target, out _) ? target.Preset : null;
        for (var i = 0; i < manifest.Baseline.Count; i++)
        {
            var (baseline, path) = (manifest.Baseline[i], Item("baseline", i));
            CheckName(baseline.Name, path, taken, context);
            if (baseline.Architecture.Length > 0
                && !ArchitecturePresets.TryResolve(baseline.Architecture, size, out _, out var error, PrimitiveRegistry.Default))
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
            context.Error(DiagnosticCodes.InvalidName, $"'{name}' is no name.", "Names are letters, digits, '.', '-' and '_', at most 64.", $"{path}.name");
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

    private static void CheckShape(ModelSection model, string path, RuleContext context)
    {
        // Widths that are out of range are reported already; they would divide by zero here.
        if (model is { Dim: > 0, Heads: > 0, KvHeads: > 0, Hidden: > 0 })
        {
            foreach (var mistake in new ModelShape(model.Dim, model.Heads, model.KvHeads, model.Hidden).Validate())
            {
                context.Error(DiagnosticCodes.InvalidShape, $"In '{path}': {mistake}", null, path, $"{path}.dim", $"{path}.heads", $"{path}.kv_heads", $"{path}.hidden");
            }
        }
    }

    private static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}
