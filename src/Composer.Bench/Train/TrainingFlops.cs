using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Bench.Train;

/// <summary>The floating-point operations that training cannot do without.</summary>
/// <remarks>
/// A multiply-add counts two. Each matrix parameter takes part in three products a token (forward, its own
/// gradient, its input's): 6. Attention mixes the causal half alone: for a query at position i, i + 1 keys,
/// each 4·d in the forward (scores, values) and 10·d in the backward (scores again, and four gradients),
/// d features a head. Norms, activations, softmax and the update count nothing; neither does padding. The
/// embedding counts once, as output projection; of the compression head every matrix.
/// </remarks>
internal static class TrainingFlops
{
    private const double PerParameter = 6;
    private const double PerScoreAndFeature = 14;

    /// <summary>Operations for each token of sequences of this length.</summary>
    public static double PerToken(ModelConfiguration configuration, int length)
    {
        var matrices = 0L;
        foreach (var parameter in ParameterLayout.Of(configuration))
        {
            var lookedUpOnly = configuration.Head == ModelHead.Compression && parameter.Name == "embedding";
            matrices += parameter.IsVector || lookedUpOnly ? 0 : parameter.Count;
        }

        var seenKeys = (length + 1) / 2.0;
        var mixing = configuration.Layers.CountOf('A') * configuration.Shape.Dim * seenKeys;
        return (PerParameter * matrices) + (PerScoreAndFeature * mixing);
    }
}
