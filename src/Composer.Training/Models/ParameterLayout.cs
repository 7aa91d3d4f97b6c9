using Composer.Architecture.Primitives;

namespace Composer.Training.Models;

/// <summary>
/// The canonical names, shapes and order of a model's parameters: what checkpoints hold and what
/// initialisation draws, the same for every engine.
/// </summary>
/// <remarks>
/// Projections are [out, in] row-major, y = W x. Order: embedding; for each layer its norm, then its
/// projections; the final norm; the output projection where it is not the embedding; the compression decoder where there is one.
/// </remarks>
public static class ParameterLayout
{
    /// <summary>The output projection of a model whose embedding is not tied.</summary>
    public const string Output = "output";

    /// <exception cref="KeyNotFoundException">There is no primitive of a layer's symbol.</exception>
    public static IReadOnlyList<ParameterDescription> Of(ModelConfiguration configuration)
    {
        var registry = PrimitiveRegistry.Default;
        var dim = configuration.Shape.Dim;
        var list = new List<ParameterDescription> { new("embedding", configuration.Vocabulary, dim) };
        for (var i = 0; i < configuration.Layers.Count; i++)
        {
            list.Add(new ParameterDescription($"{PrefixOf(i)}norm", dim, 1));
            var tensors = registry[configuration.Layers[i]].Tensors(configuration.Shape);
            list.AddRange(tensors.Select(tensor => ParameterDescription.Of(PrefixOf(i), tensor)));
        }

        list.Add(new ParameterDescription("final_norm", dim, 1));
        if (HasOutput(configuration))
        {
            list.Add(new ParameterDescription(Output, configuration.Vocabulary, dim));
        }

        if (configuration.Head == ModelHead.Compression)
        {
            list.Add(new ParameterDescription("decoder.0.norm", dim, 1));
            list.Add(new ParameterDescription("decoder.0.linear", dim, dim));
            list.Add(new ParameterDescription("decoder.1.norm", dim, 1));
            list.Add(new ParameterDescription("decoder.1.linear", dim, dim));
            list.Add(new ParameterDescription("decoder.norm", dim, 1));
            list.Add(new ParameterDescription("decoder.output", configuration.Vocabulary, dim));
        }

        return list;
    }

    /// <summary>Whether a model has an output projection that is not its embedding.</summary>
    public static bool HasOutput(ModelConfiguration configuration) =>
        configuration.Head == ModelHead.Language && !configuration.TiesEmbedding;

    internal static string PrefixOf(int layer) => $"layers.{layer}.";
}
