using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Search.Constraints;

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
        if (ArePrimitivesKnown(mistakes) && AreBoundsOfPrimitives(mistakes) && AreCountsPossible(mistakes))
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
                DiagnosticCodes.WrongCount,
                "objectives must name the score.",
                "Write [\"score\", \"kv-cache\"] or [\"score\", \"flops\"].",
                "objectives"));
        }
        else if (HasFront && Strategy != SearchStrategy.OneShot && !Strategy.IsBlind)
        {
            mistakes.Add(new(
                DiagnosticCodes.NotOfStrategy,
                $"the {Name} search has one objective, the score.",
                $"Take the strategy \"one-shot\", or leave \"{SettingNames.Of(Cost!.Value)}\" out.",
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

    private bool AreBoundsOfPrimitives(List<SettingMistake> mistakes)
    {
        var others = Named("min_share", Constraints.MinShare.Keys)
            .Concat(Named("max_share", Constraints.MaxShare.Keys))
            .Concat(Named("least_layers", Constraints.LeastLayers.Keys))
            .Concat(Named("most_layers", Constraints.MostLayers.Keys))
            .Where(bound => !Primitives.Contains(bound.Symbol))
            .ToList();
        mistakes.AddRange(others.Select(bound => new SettingMistake(
            DiagnosticCodes.UnknownPrimitive,
            $"constraints.{bound.Key} names '{bound.Symbol}', which is none of the search's primitives.",
            Suggestion.DidYouMean(bound.Symbol, Primitives),
            $"constraints.{bound.Key}.{bound.Symbol}",
            "primitives")));
        return others.Count == 0;

        static IEnumerable<(string Key, string Symbol)> Named(string key, IEnumerable<string> symbols) =>
            symbols.Select(symbol => (key, symbol));
    }

    /// <summary>Of the numbers of layers themselves; whether they go with the other bounds, <see cref="CheckSpace"/> sees.</summary>
    private bool AreCountsPossible(List<SettingMistake> mistakes)
    {
        var (least, most) = (Constraints.LeastLayers, Constraints.MostLayers);
        var before = mistakes.Count;
        foreach (var (symbol, count) in least)
        {
            if (most.TryGetValue(symbol, out var greatest) && greatest < count)
            {
                mistakes.Add(new(
                    DiagnosticCodes.Infeasible,
                    Text($"constraints.least_layers asks for {count} of '{symbol}', most_layers allows {greatest}."),
                    "Lower the one or raise the other.",
                    $"constraints.least_layers.{symbol}",
                    $"constraints.most_layers.{symbol}"));
            }
        }

        if (least.Values.Sum() > Layers)
        {
            mistakes.Add(new(
                DiagnosticCodes.Infeasible,
                Text($"constraints.least_layers asks for {least.Values.Sum()} layers together, a candidate has {Layers}."),
                "Ask for fewer, or raise 'layers'.",
                "constraints.least_layers",
                "layers"));
        }

        if (Primitives.All(most.ContainsKey) && most.Values.Sum() < Layers)
        {
            mistakes.Add(new(
                DiagnosticCodes.Infeasible,
                Text($"constraints.most_layers allows {most.Values.Sum()} layers together, a candidate has {Layers}."),
                "Allow more, or lower 'layers'.",
                "constraints.most_layers",
                "layers"));
        }

        return mistakes.Count == before;
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

        if (!HasShape || Constraints.For(CandidateShape) is not { IsEmpty: false } constraint)
        {
            return;
        }

        if (AllowedCounts.NumberOf(Layers, Primitives.Count) > AllowedCounts.Most)
        {
            mistakes.Add(new(
                DiagnosticCodes.SpaceTooLarge,
                Text($"{Primitives.Count} primitives can share {Layers} layers in more than {AllowedCounts.Most} ways, too many to hold ")
                + "'constraints' against each.",
                "Take fewer layers or primitives, or leave 'constraints' out.",
                "layers",
                "primitives",
                "constraints"));
        }
        else if (!constraint.Completes(string.Concat(Primitives), new int[Primitives.Count], Layers))
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

        var constraint = HasShape ? Constraints.For(CandidateShape) : null;
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

    /// <summary>Whether candidates can be built, so that their costs can be counted; what is wrong is said elsewhere.</summary>
    private bool HasShape => Model.Validate().Count == 0 && CandidateShape.Validate().Count == 0;

    private string Name => SettingNames.Of(Strategy);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
