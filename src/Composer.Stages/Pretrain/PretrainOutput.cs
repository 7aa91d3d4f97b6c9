using Composer.Architecture;
using Composer.Architecture.Costs;

namespace Composer.Stages.Pretrain;

/// <summary>The output <c>pretrain.json</c>: what a pre-training was and how the loss fell.</summary>
public sealed record PretrainOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "pretrain.json";

    /// <summary>The output that holds the final weights.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>The output that holds the tokenizer.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>The order that was trained.</summary>
    public required LayerSequence Architecture { get; init; }

    /// <summary>All trained parameters, embedding and norms too.</summary>
    public required long Parameters { get; init; }

    public required int Vocabulary { get; init; }

    public required long Steps { get; init; }

    /// <summary>Tokens trained on.</summary>
    public required long Tokens { get; init; }

    /// <summary>Training FLOPs by the count that the manifest names.</summary>
    public required double Flops { get; init; }

    public required long FlopsPerToken { get; init; }

    /// <summary>How the operations are counted.</summary>
    public required FlopCount FlopCount { get; init; }

    /// <summary>Mean cross-entropy on the held-out documents after the last step, in nats a token.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Tokens that the validation loss is a mean over.</summary>
    public required long ValidationTokens { get; init; }

    /// <summary>Where a longer run can continue; null when none can.</summary>
    public TrunkOutput? Trunk { get; init; }

    /// <summary>Points of the training curve.</summary>
    public required IReadOnlyList<LossPoint> Curve { get; init; }

    /// <summary>Points of the validation curve.</summary>
    public required IReadOnlyList<LossPoint> Validation { get; init; }
}

/// <summary>The end of a trunk that runs of other lengths share.</summary>
/// <param name="Step">Steps after which the rate began to fall.</param>
/// <param name="ValidationEvery">Steps between two points of the validation curve, in which the checkpoint is bound to the length.</param>
public sealed record TrunkOutput(long Step, long ValidationEvery);

/// <summary>A loss after so many steps and tokens, in nats a token.</summary>
public sealed record LossPoint(long Step, long Tokens, double Loss);
