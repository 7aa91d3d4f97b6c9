using Composer.Architecture.Primitives;
using Composer.Training.Models;

namespace Composer.Bench.Train;

/// <summary>The floating-point operations that training cannot do without.</summary>
/// <remarks>
/// A multiply-add counts two. Each matrix parameter takes part in three products a token (forward, its own
/// gradient, its input's): 6; of a layer those that a token goes through. What mixing takes the primitives say (<see cref="Primitive.LeastMixingFlopsPerToken"/>).
/// Norms, activations, softmax and the update count nothing; neither does padding. The embedding counts once, as
/// output projection; of the compression head every matrix.
/// </remarks>
internal static class TrainingFlops
{
    private const double PerParameter = 6;

    /// <summary>Operations for each token of sequences of this length.</summary>
    public static double PerToken(ModelConfiguration configuration, int length)
    {
        var matrices = 0L;
        foreach (var parameter in ParameterLayout.Of(configuration))
        {
            var lookedUpOnly = parameter.Name == "embedding"
                && (configuration.Head == ModelHead.Compression || !configuration.TiesEmbedding);
            matrices += parameter.IsVector || lookedUpOnly ? 0 : parameter.Count;
        }

        var (idle, mixing) = (0L, 0.0);
        foreach (var primitive in configuration.Layers.Select(symbol => PrimitiveRegistry.Default[symbol]))
        {
            idle += primitive.Parameters(configuration.Shape) - primitive.ActiveParameters(configuration.Shape);
            mixing += primitive.LeastMixingFlopsPerToken(configuration.Shape, length);
        }

        return (PerParameter * (matrices - idle)) + mixing;
    }
}
