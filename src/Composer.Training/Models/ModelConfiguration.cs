using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Models;

/// <summary>Everything that determines a model's parameters and forward pass, on any engine.</summary>
/// <param name="Layers">The order of layers.</param>
/// <param name="Shape">The widths, and options of primitives; those that the order has are completed with the defaults at size.</param>
/// <param name="Vocabulary">Number of tokens, at least 2; the embedding is tied to the output projection.</param>
/// <param name="MaximumLength">The longest sequence that a batch may have.</param>
/// <remarks>
/// Forward: token embedding; for each layer x += layer(RMSNorm(x)); a final RMSNorm; logits = x · embeddingᵀ.
/// No biases, no dropout, no position embedding (RoPE inside attention, half-split pairing).
/// </remarks>
public sealed record ModelConfiguration(LayerSequence Layers, ModelShape Shape, int Vocabulary, int MaximumLength)
{
    /// <summary>The widths, with exactly the options that the order's primitives have.</summary>
    public ModelShape Shape { get; init; } = Shape.CompletedFor(Layers, OptionDefaults.AtSize);

    /// <summary>What follows the layers.</summary>
    public ModelHead Head { get; init; } = ModelHead.Language;

    /// <summary>Base of the rotary frequencies: base^(−2i / head size), i &lt; head size / 2.</summary>
    public float RopeTheta { get; init; } = 10_000f;

    /// <summary>Inside the root: x / √(mean(x²) + ε).</summary>
    public float NormEpsilon { get; init; } = 1e-5f;
}
