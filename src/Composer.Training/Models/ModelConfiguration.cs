using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Models;

/// <summary>Everything that determines a model's parameters and forward pass, on any engine.</summary>
/// <param name="Layers">The order of layers.</param>
/// <param name="Shape">The widths, and options of primitives; those that the order has are completed with the defaults at size.</param>
/// <param name="Vocabulary">Number of tokens, at least 2.</param>
/// <param name="MaximumLength">The longest sequence that a batch may have.</param>
/// <remarks>
/// Forward: token embedding; for each layer x += layer(RMSNorm(x)); a final RMSNorm; logits = x · outputᵀ.
/// No biases, no dropout, no position embedding (RoPE inside attention, half-split pairing).
/// </remarks>
public sealed record ModelConfiguration(LayerSequence Layers, ModelShape Shape, int Vocabulary, int MaximumLength)
{
    /// <summary>The widths, with exactly the options that the order's primitives have.</summary>
    public ModelShape Shape { get; init; } = Shape.CompletedFor(Layers, OptionDefaults.AtSize);

    /// <summary>What follows the layers.</summary>
    public ModelHead Head { get; init; } = ModelHead.Language;

    /// <summary>How the parameters begin and learn.</summary>
    public Parametrization Parametrization { get; init; }

    /// <summary>Base of the rotary frequencies: base^(−2i / head size), i &lt; head size / 2.</summary>
    public float RopeTheta { get; init; } = 10_000f;

    /// <summary>How the rotary frequencies are slowed down for long texts; null where they are not.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the output projection is the embedding; else it is a parameter of its own, <c>output</c>.</summary>
    public bool TiesEmbedding { get; init; } = true;

    /// <summary>Inside the root: x / √(mean(x²) + ε).</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>By how many radians a position turns a pair of a head's features further than the one before it.</summary>
    /// <param name="pair">Less than half the head size.</param>
    public double RotaryFrequency(int pair)
    {
        var frequency = Math.Pow(RopeTheta, -2.0 * pair / Shape.HeadSize);
        return RopeScaling is null ? frequency : RopeScaling.Scale(frequency);
    }
}
