using Composer.Architecture.Costs;

namespace Composer.Language.Pretraining;

/// <summary>How a model is pre-trained: a manifest's section <c>pretrain</c> without the corpus.</summary>
/// <remarks>Everything here determines the result but <see cref="CheckpointInterval"/>.</remarks>
public sealed record PretrainSettings
{
    /// <summary>Budget in tokens; either this or <see cref="Flops"/>.</summary>
    public double? Tokens { get; init; }

    /// <summary>Budget in floating-point operations; either this or <see cref="Tokens"/>.</summary>
    public double? Flops { get; init; }

    /// <summary>How the operations of a token are counted.</summary>
    public FlopCount FlopCount { get; init; } = FlopCount.Corrected;

    /// <summary>Tokens of a sequence.</summary>
    public int Length { get; init; } = 256;

    /// <summary>Tokens of one update, rounded down to whole sequences, at least one.</summary>
    public int BatchTokens { get; init; } = 4096;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decoupled, on every parameter.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>AdamW's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>AdamW's term outside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Greatest gradient norm; 0 clips nothing.</summary>
    public double Clip { get; init; } = 1.0;

    /// <summary>How the learning rate moves.</summary>
    public PretrainSchedule Schedule { get; init; } = PretrainSchedule.Trapezoidal;

    /// <summary>Share of the steps in which the rate rises; <see cref="WarmupSteps"/> overrides it.</summary>
    public double Warmup { get; init; } = 0.2;

    /// <summary>
    /// Steps in which the rate rises, whatever the budget. With it the trapezoid's trunk does not depend on the
    /// run's length, so a larger budget continues from the trunk's checkpoint.
    /// </summary>
    public long? WarmupSteps { get; init; }

    /// <summary>Share of the steps in which the rate falls (trapezoidal).</summary>
    public double Decay { get; init; } = 0.2;

    /// <summary>
    /// Points of the curve at which the validation loss is measured, at most, at least half as many; the last is
    /// the end (see <see cref="PretrainSteps.ValidationEvery"/>).
    /// </summary>
    public int Validations { get; init; } = 10;

    /// <summary>Time between checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(60);
}
