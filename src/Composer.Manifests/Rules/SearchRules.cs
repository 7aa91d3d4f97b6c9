using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>Rules of what <c>search</c> may be told beside its strategy: suggestions, objectives, constraints.</summary>
internal static class SearchRules
{
    public static void Check(SearchSection search, RuleContext context)
    {
        ManifestRules.CheckUnique(search.Objectives, "search.objectives", context);
        if (!search.Objectives.Contains("score"))
        {
            context.Error(DiagnosticCodes.WrongCount, "'search.objectives' must name the score.", "Write [\"score\", \"kv-cache\"].", "search.objectives");
        }
        else if (search.Objectives.Contains("kv-cache") && search.Strategy is not ("one-shot" or "exhaustive" or "random"))
        {
            context.Error(
                DiagnosticCodes.NotOfStrategy,
                $"The {search.Strategy} search has one objective, the score.",
                "Take the strategy \"one-shot\", or leave \"kv-cache\" out.",
                "search.objectives",
                "search.strategy");
        }

        CheckSuggestions(search, context);
        CheckConstraints(search, context);
    }

    public static void CheckHalving(EvaluateSection evaluate, RuleContext context)
    {
        var (at, keep) = (evaluate.Halving.At, evaluate.Halving.Keep);
        var settings = evaluate.LearningRates.Count * evaluate.WeightDecays.Count;
        var rises = at.Zip(at.Skip(1)).All(pair => pair.First < pair.Second);
        var falls = keep.Zip(keep.Skip(1)).All(pair => pair.First > pair.Second);
        if (at.Count != keep.Count || !rises || !falls)
        {
            context.Error(
                DiagnosticCodes.InvalidHalving,
                "'evaluate.halving' needs as many numbers in 'keep' as shares in 'at'; the shares rise and the numbers fall.",
                "Write at = [0.25, 0.5] and keep = [3, 2].",
                "evaluate.halving.keep",
                "evaluate.halving.at",
                "evaluate.halving");
        }
        else if (keep.Count > 0 && keep[0] >= settings)
        {
            context.Error(
                DiagnosticCodes.InvalidHalving,
                string.Create(CultureInfo.InvariantCulture, $"'evaluate.halving.keep' begins with {keep[0]}, but there are {settings} settings of learning rate and weight decay to drop from."),
                null,
                "evaluate.halving.keep",
                "evaluate.learning_rates",
                "evaluate.weight_decays");
        }
    }

    private static void CheckSuggestions(SearchSection search, RuleContext context)
    {
        if (search.Suggest.Count > 0 && search.Strategy is "end-layer" or "middle-layer")
        {
            context.Error(
                DiagnosticCodes.NotOfStrategy,
                $"The {search.Strategy} search builds its orders step by step and takes no suggestions.",
                "Take the strategy \"one-shot\", or leave 'search.suggest' out.",
                "search.suggest",
                "search.strategy");
            return;
        }

        var seen = new HashSet<LayerSequence>();
        for (var i = 0; i < search.Suggest.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"search.suggest[{i}]");
            if (!LayerSequence.TryParse(search.Suggest[i], out var order, out var error))
            {
                context.Error(DiagnosticCodes.InvalidSuggestion, $"The suggestion '{search.Suggest[i]}' cannot be read: {error.Message}", error.Remedy, path);
            }
            else if (order.Count != search.Layers || order.Any(symbol => !search.Primitives.Contains(symbol.ToString())))
            {
                context.Error(
                    DiagnosticCodes.InvalidSuggestion,
                    string.Create(CultureInfo.InvariantCulture, $"The suggestion '{search.Suggest[i]}' ({order.Count} layers) is no order of {search.Layers} layers of {string.Join(", ", search.Primitives)}."),
                    null,
                    path,
                    "search.layers",
                    "search.primitives");
            }
            else if (!seen.Add(order))
            {
                context.Error(DiagnosticCodes.Repeated, $"'{search.Suggest[i]}' is suggested twice.", "Keep one.", path);
            }
            else if (!Allows(search, order))
            {
                context.Error(DiagnosticCodes.InvalidSuggestion, $"The suggestion '{search.Suggest[i]}' breaks 'search.constraints'.", null, path, "search.constraints");
            }
        }
    }

    private static void CheckConstraints(SearchSection search, RuleContext context)
    {
        var constraints = search.Constraints;
        var sound = true;
        foreach (var (map, name) in new[] { (constraints.MinShare, "min_share"), (constraints.MaxShare, "max_share") })
        {
            foreach (var (symbol, _) in map)
            {
                if (!search.Primitives.Contains(symbol))
                {
                    sound = false;
                    context.Error(
                        DiagnosticCodes.UnknownPrimitive,
                        $"'search.constraints.{name}' names '{symbol}', which is none of the search's primitives.",
                        Suggestion.DidYouMean(symbol, search.Primitives),
                        $"search.constraints.{name}.{symbol}",
                        "search.primitives");
                }
            }
        }

        // Every order of one primitive, two, …: counts decide, and few kinds of counts stand for all here.
        if (sound && search.Primitives.Count is 2 or 3 && search.Layers is > 0 and <= 64 && !Counts(search).Any(order => Allows(search, order)))
        {
            context.Error(
                DiagnosticCodes.Infeasible,
                "No order keeps 'search.constraints'.",
                "Loosen them: all layers of one primitive, or any mixture, break one.",
                "search.constraints",
                "search.layers",
                "search.primitives",
                "search.model");
        }
    }

    private static IEnumerable<LayerSequence> Counts(SearchSection search)
    {
        var primitives = search.Primitives;
        if (primitives.Any(p => p.Length != 1 || !char.IsAsciiLetterUpper(p[0])))
        {
            yield break;
        }

        for (var first = 0; first <= search.Layers; first++)
        {
            for (var second = primitives.Count == 2 ? search.Layers - first : 0; first + second <= search.Layers; second++)
            {
                yield return LayerSequence.FromSymbols(
                    new string(primitives[0][0], first)
                    + new string(primitives[1][0], second)
                    + (primitives.Count == 3 ? new string(primitives[2][0], search.Layers - first - second) : ""));
            }
        }
    }

    private static bool Allows(SearchSection search, LayerSequence order)
    {
        var constraints = search.Constraints;
        double Share(string symbol) => symbol.Length == 1 ? (double)order.CountOf(symbol[0]) / order.Count : 0;
        if (constraints.MinShare.Any(share => Share(share.Key) < share.Value - 1e-9)
            || constraints.MaxShare.Any(share => Share(share.Key) > share.Value + 1e-9))
        {
            return false;
        }

        var model = search.Model;
        if (model is not { Dim: > 0, Heads: > 0, KvHeads: > 0, Hidden: > 0 }
            || order.Any(symbol => !Architecture.Primitives.PrimitiveRegistry.Default.TryGet(symbol, out _)))
        {
            return true;
        }

        var costs = ArchitectureCosts.Of(order, new ModelShape(model.Dim, model.Heads, model.KvHeads, model.Hidden), vocabulary: 0);
        var length = Math.Max(1, constraints.Length);
        return !(costs.TotalParameters > constraints.MaxParameters)
            && !(costs.TrainingFlopsPerToken(length) > constraints.MaxFlops)
            && !(costs.KvCacheBytes(length) / (double)length > constraints.MaxKvCache);
    }
}
