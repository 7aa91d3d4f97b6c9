using Composer.Architecture.Costs;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Pretraining;

/// <summary>What settings mean for one model: how many steps of how many tokens, at which rates.</summary>
public sealed class PretrainSteps
{
    private PretrainSteps(PretrainSettings settings, ModelConfiguration model)
    {
        FlopsPerToken = ArchitectureCosts.Of(model.Layers, model.Shape, model.Vocabulary)
            .TrainingFlopsPerToken(settings.Length, settings.FlopCount);
        SequencesPerStep = settings.SequencesPerStep;
        BudgetTokens = settings.Tokens is { } tokens
            ? checked((long)tokens)
            : TokenBudget.TokensFor(settings.Flops!.Value, FlopsPerToken);
        TotalSteps = Math.Max(1, BudgetTokens / TokensPerStep(settings));
        ValidationEvery = 1;
        while ((TotalSteps + ValidationEvery - 1) / ValidationEvery > settings.Validations)
        {
            ValidationEvery *= 2;
        }

        WarmupSteps = Math.Min(
            settings.WarmupSteps ?? (long)Math.Round(settings.Warmup * TotalSteps),
            settings.Schedule == PretrainSchedule.Cosine ? TotalSteps - 1 : TotalSteps);
        if (settings.Schedule == PretrainSchedule.Cosine)
        {
            (Schedule, TrunkEnd) = (new CosineSchedule(TotalSteps, WarmupSteps), null);
            return;
        }

        var decay = Math.Min((long)Math.Round(settings.Decay * TotalSteps), TotalSteps - WarmupSteps);
        var trapezoid = decay == 0
            ? new TrapezoidalSchedule(WarmupSteps, TotalSteps - WarmupSteps, 0)
            : TrapezoidalSchedule.Over(TotalSteps, WarmupSteps, decay);
        (Schedule, TrunkEnd) = (trapezoid, trapezoid.DecayStart);

        // Where the budget does not even afford the warm-up, it was cut short with the budget.
        IsTrunkShared = settings.WarmupSteps == WarmupSteps;
    }

    /// <summary>Training operations of one token.</summary>
    public long FlopsPerToken { get; }

    /// <summary>What the budget affords; the run trains on the whole steps of it.</summary>
    public long BudgetTokens { get; }

    /// <summary>Updates.</summary>
    public long TotalSteps { get; }

    /// <summary>Sequences of one update.</summary>
    public int SequencesPerStep { get; }

    /// <summary>Updates in which the rate rises.</summary>
    public long WarmupSteps { get; }

    /// <summary>The factor on the peak rate, step by step.</summary>
    public ILearningRateSchedule Schedule { get; }

    /// <summary>Steps after which the trapezoid begins to fall; null for another schedule.</summary>
    public long? TrunkEnd { get; }

    /// <summary>
    /// Whether the steps up to <see cref="TrunkEnd"/> are those of every budget: a trapezoid whose warm-up is
    /// given in steps.
    /// </summary>
    public bool IsTrunkShared { get; }

    /// <summary>
    /// Steps between two validations, the least power of two that makes no more of them than asked for. The
    /// points of a larger budget are among those of a smaller one, so that a continued run has them all.
    /// </summary>
    public long ValidationEvery { get; }

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Not exactly one budget, or one of less than a sequence.</exception>
    public static PretrainSteps Of(PretrainSettings settings, ModelConfiguration model)
    {
        if (settings.Tokens is null == settings.Flops is null)
        {
            throw LanguageMistake.Budget("A pre-training has one budget.", "Give either 'tokens' or 'flops'.");
        }

        var plan = new PretrainSteps(settings, model);
        return plan.BudgetTokens >= settings.Length
            ? plan
            : throw LanguageMistake.Budget(
                $"The budget affords {plan.BudgetTokens} tokens, less than one sequence of {settings.Length}.",
                "Raise 'tokens' or 'flops', or lower 'length'.");
    }

    private long TokensPerStep(PretrainSettings settings) => (long)SequencesPerStep * settings.Length;
}
