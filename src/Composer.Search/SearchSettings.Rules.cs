using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Search;

/// <content>The rules that several settings share.</content>
public sealed partial record SearchSettings
{
    private const int LargestEnumeration = 1 << 20;

    /// <summary>What is wrong, beside the widths (<see cref="ModelShape.Validate"/>); empty when nothing is.</summary>
    public IReadOnlyList<SettingMistake> Validate()
    {
        var mistakes = new List<SettingMistake>();
        CheckSteps(mistakes);
        CheckObjectives(mistakes);
        if (ArePrimitivesKnown(mistakes) && AreSharesOfPrimitives(mistakes))
        {
            CheckSpace(mistakes);
            CheckSuggestions(mistakes);
        }

        return mistakes;
    }

    private void CheckSteps(List<SettingMistake> mistakes)
    {
        if (InitialTrials > Trials)
        {
            mistakes.Add(new(
                DiagnosticCodes.TooManyInitialTrials,
                Text($"initial_trials ({InitialTrials}) must be at most trials ({Trials})."),
                null,
                "initial_trials",
                "trials"));
        }

        if (Strategy.IsIncremental && !ShorterLastStep && Layers % StepLayers != 0)
        {
            mistakes.Add(new(
                DiagnosticCodes.StepsDoNotDivide,
                Text($"step_layers ({StepLayers}) must divide layers ({Layers}): each step of the {Name} search adds as many."),
                "Or set 'shorter_last_step' to true.",
                "step_layers",
                "layers",
                "strategy"));
        }
    }

    private void CheckObjectives(List<SettingMistake> mistakes)
    {
        if (!Objectives.Contains(SearchObjective.Score))
        {
            mistakes.Add(new(
                DiagnosticCodes.WrongCount, "objectives must name the score.", "Write [\"score\", \"kv-cache\"].", "objectives"));
        }
        else if (HasFront && Strategy != SearchStrategy.OneShot && !Strategy.IsBlind)
        {
            mistakes.Add(new(
                DiagnosticCodes.NotOfStrategy,
                $"the {Name} search has one objective, the score.",
                "Take the strategy \"one-shot\", or leave \"kv-cache\" out.",
                "objectives",
                "strategy"));
        }
    }

    private bool ArePrimitivesKnown(List<SettingMistake> mistakes)
    {
        var known = PrimitiveRegistry.Default;
        var unknown = Enumerable.Range(0, Primitives.Count)
            .Where(i => Primitives[i].Length != 1 || !known.TryGet(Primitives[i][0], out _))
            .ToList();
        mistakes.AddRange(unknown.Select(i => new SettingMistake(
            DiagnosticCodes.UnknownPrimitive,
            $"there is no primitive '{Primitives[i]}'.",
            Suggestion.DidYouMean(Primitives[i], known.All.Select(p => p.Symbol.ToString()))
                ?? $"There are {string.Join(", ", known.All.Select(p => $"{p.Symbol} ({p.Name})"))}.",
            Text($"primitives[{i}]"))));
        return unknown.Count == 0 && Primitives.Count > 0 && Primitives.Distinct().Count() == Primitives.Count;
    }

    private bool AreSharesOfPrimitives(List<SettingMistake> mistakes)
    {
        var others = Constraints.MinShare.Keys.Select(symbol => ("min_share", symbol))
            .Concat(Constraints.MaxShare.Keys.Select(symbol => ("max_share", symbol)))
            .Where(share => !Primitives.Contains(share.symbol))
            .ToList();
        mistakes.AddRange(others.Select(share => new SettingMistake(
            DiagnosticCodes.UnknownPrimitive,
            $"constraints.{share.Item1} names '{share.symbol}', which is none of the search's primitives.",
            Suggestion.DidYouMean(share.symbol, Primitives),
            $"constraints.{share.Item1}.{share.symbol}",
            "primitives")));
        return others.Count == 0;
    }

    private void CheckSpace(List<SettingMistake> mistakes)
    {
        if (Strategy == SearchStrategy.Exhaustive && Math.Pow(Primitives.Count, Layers) > LargestEnumeration)
        {
            mistakes.Add(new(
                DiagnosticCodes.SpaceTooLarge,
                Text($"{Primitives.Count} primitives in {Layers} layers have more than {LargestEnumeration} candidates, too many to try all."),
                "Take fewer layers, or the strategy \"one-shot\".",
                "layers",
                "primitives",
                "strategy"));
        }

        // The counts of more primitives are too many to try all of them here.
        if (Primitives.Count <= 3 && Model.Validate().Count == 0 && Space().AllowedSize == 0)
        {
            mistakes.Add(new(
                DiagnosticCodes.Infeasible,
                "no order keeps 'constraints'.",
                "Loosen them: all layers of one primitive, or any mixture, break one.",
                "constraints",
                "layers",
                "primitives",
                "model"));
        }
    }

    private void CheckSuggestions(List<SettingMistake> mistakes)
    {
        if (Suggest.Count > 0 && Strategy.IsIncremental)
        {
            mistakes.Add(new(
                DiagnosticCodes.NotOfStrategy,
                $"the {Name} search builds its orders step by step and takes no suggestions.",
                "Take the strategy \"one-shot\", or leave 'suggest' out.",
                "suggest",
                "strategy"));
            return;
        }

        var constraint = Model.Validate().Count == 0 ? Constraints.For(CandidateShape) : null;
        for (var i = 0; i < Suggest.Count; i++)
        {
            var order = Suggest[i];
            if (order.Count != Layers || order.Any(symbol => !Symbols.Contains(symbol)))
            {
                mistakes.Add(new(
                    DiagnosticCodes.InvalidSuggestion,
                    Text($"'{order.Notation}' ({order.Count} layers) is no order of {Layers} layers of {string.Join(", ", Primitives)}."),
                    null,
                    Text($"suggest[{i}]"),
                    "layers",
                    "primitives"));
            }
            else if (Suggest.Take(i).Contains(order))
            {
                mistakes.Add(new(
                    DiagnosticCodes.Repeated, $"'{order.Notation}' is suggested twice.", "Keep one.", Text($"suggest[{i}]")));
            }
            else if (constraint?.Allows(string.Concat(Primitives), [.. Symbols.Select(order.CountOf)]) == false)
            {
                mistakes.Add(new(
                    DiagnosticCodes.InvalidSuggestion,
                    $"'{order.Notation}' breaks 'constraints'.",
                    null,
                    Text($"suggest[{i}]"),
                    "constraints"));
            }
        }
    }

    private string Name => SettingNames.Of(Strategy);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
