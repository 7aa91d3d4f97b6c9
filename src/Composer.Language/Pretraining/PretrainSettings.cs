using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture.Costs;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Training.Models;
using Composer.Training.Ranks;

namespace Composer.Language.Pretraining;

/// <summary>How a model is pre-trained: a manifest's section <c>pretrain</c> without the corpus.</summary>
/// <remarks>Everything here determines the result but <see cref="CheckpointSeconds"/>.</remarks>
public sealed record PretrainSettings : IReadsSelectively
{
    /// <summary>AdamW's term outside the root.</summary>
    public const double Epsilon = 1e-8;

    [Description("Tokens of a sequence."), SettingRange(2, 131_072)]
    public int Length { get; init; } = 256;

    [Description("Tokens of one update, rounded down to whole sequences."), SettingRange(1, 67_108_864)]
    public int BatchTokens { get; init; } = 4096;

    [Description("Budget in tokens; either this or flops."), SettingRange(1, 1e15)]
    public double? Tokens { get; init; }

    [Description("Budget in floating-point operations; either this or tokens."), SettingRange(1, 1e26)]
    public double? Flops { get; init; }

    [Description("corrected counts the scores with the sequence length and the output projection; printed is Eq. 7 to the letter.")]
    public FlopCount FlopCount { get; init; } = FlopCount.Corrected;

    [Description(Parametrization.OfInitialization)]
    public InitializationRule Initialization { get; init; }

    [Description("Peak learning rate."), SettingRange(1e-8, 10)]
    public double LearningRate { get; init; } = 4e-3;

    [Description(Parametrization.OfRates)]
    public RateRule Rates { get; init; }

    [Description("Decoupled weight decay."), SettingRange(0, 10)]
    public double WeightDecay { get; init; } = 0.1;

    [Description("AdamW's two decay rates."), SettingRange(0, 0.999999999), SettingCount(2, 2)]
    public ValueList<double> Betas { get; init; } = [0.9, 0.95];

    [Description("Greatest gradient norm; 0 clips nothing."), SettingRange(0, 1e6)]
    public double Clip { get; init; } = 1.0;

    [Description("How the learning rate rises and falls.")]
    public PretrainSchedule Schedule { get; init; } = PretrainSchedule.Trapezoidal;

    [Description("Share of the steps in which the rate rises. "
        + "Being a share of the whole length, it keeps a larger budget from continuing.")]
    [SettingRange(0, 1)]
    public double Warmup { get; init; } = 0.2;

    [Description("Steps in which the rate rises, whatever the budget, instead of the share: a trapezoidal run with a larger budget then "
        + "continues from this one's trunk."), SettingRange(0, 1_000_000_000)]
    public long? WarmupSteps { get; init; }

    [Description("Share of the steps in which the rate falls (trapezoidal)."), SettingRange(0, 1)]
    public double Decay { get; init; } = 0.2;

    /// <remarks>At least half as many are measured; see <see cref="PretrainSteps.ValidationEvery"/>.</remarks>
    [Description("Seed of the order of the data alone, instead of the experiment's."), SettingRange(0, 1e15)]
    public long? DataSeed { get; init; }

    [Description("Seed of the initial parameters alone, instead of the experiment's."), SettingRange(0, 1e15)]
    public long? InitializationSeed { get; init; }

    [Description("Points of the loss curve at which the validation loss is measured too, at most: "
        + "every power of two steps, and at the end.")]
    [SettingRange(1, 1000)]
    public int Validations { get; init; } = 10;

    [Description("Parts of a step's batch, a power of two, whose gradients are computed by themselves and then added in pairs. As many "
        + "processes as that may share a training (resources); the number of parts is in the result, that of the processes is not. Each "
        + "doubling takes the memory of one more gradient.")]
    [SettingRange(1, GradientSplit.MostShards)]
    public int GradientShards { get; init; } = 1;

    [Description("Seconds between checkpoints; 0 writes one after every step."), SettingRange(0, 86_400), NotInKey]
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>How a model begins and learns.</summary>
    [JsonIgnore]
    public Parametrization HowItLearns => new(Initialization, Rates);

    /// <summary>AdamW's decay of the first moment.</summary>
    [JsonIgnore]
    public double Beta1 => Betas[0];

    /// <summary>AdamW's decay of the second moment.</summary>
    [JsonIgnore]
    public double Beta2 => Betas[1];

    /// <summary>Time between checkpoints.</summary>
    [JsonIgnore]
    public TimeSpan CheckpointInterval => TimeSpan.FromSeconds(CheckpointSeconds);

    /// <summary>What is wrong; empty when nothing is.</summary>
    public IEnumerable<SettingMistake> Validate()
    {
        if (this is { Tokens: not null, Flops: not null })
        {
            yield return new SettingMistake(
                DiagnosticCodes.TwoBudgets, "both tokens and flops are given; one budget ends the training.", "Remove one.", "tokens");
        }
        else if (this is { Tokens: null, Flops: null })
        {
            yield return new SettingMistake(
                DiagnosticCodes.NoBudget, "the pre-training has no budget.", "Give 'tokens' or 'flops'.", "", "tokens", "flops");
        }

        if (this is { Schedule: PretrainSchedule.Trapezoidal, WarmupSteps: null } && Warmup + Decay > 1)
        {
            yield return new SettingMistake(
                DiagnosticCodes.ScheduleTooLong,
                FormattableString.Invariant($"warmup ({Warmup}) and decay ({Decay}) are together more than 1."),
                "They are shares of all steps.",
                "decay",
                "warmup");
        }

        if (BatchTokens < Length)
        {
            yield return new SettingMistake(
                DiagnosticCodes.BatchTooSmall,
                FormattableString.Invariant($"batch_tokens ({BatchTokens}) is less than one sequence of length ({Length})."),
                null,
                "batch_tokens",
                "length");
        }

        if (!int.IsPow2(GradientShards))
        {
            yield return new SettingMistake(
                DiagnosticCodes.InvalidShards,
                FormattableString.Invariant($"gradient_shards ({GradientShards}) is no power of two, so its parts make no pairs."),
                FormattableString.Invariant($"Give {1 << int.Log2(GradientShards)}, or another power of two."),
                "gradient_shards");
        }
        else if (BatchTokens >= Length && SequencesPerStep < GradientShards)
        {
            yield return new SettingMistake(
                DiagnosticCodes.TooManyShards,
                FormattableString.Invariant($"gradient_shards ({GradientShards}) is more than the {SequencesPerStep} sequences of a step, ")
                + FormattableString.Invariant($"batch_tokens ({BatchTokens}) by length ({Length}): a part would be empty."),
                FormattableString.Invariant($"Give at most {1 << int.Log2(SequencesPerStep)}, or raise 'batch_tokens' to ")
                + FormattableString.Invariant($"{(long)GradientShards * Length}."),
                "gradient_shards",
                "batch_tokens",
                "length");
        }
    }

    /// <summary>Sequences of one update.</summary>
    [JsonIgnore]
    public int SequencesPerStep => Math.Max(1, BatchTokens / Length);

    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. WarmupSteps is null ? Array.Empty<string>() : [nameof(Warmup)],
        .. Schedule == PretrainSchedule.Cosine ? [nameof(Decay)] : Array.Empty<string>(),
    ];
}
