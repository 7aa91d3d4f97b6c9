using Composer.Architecture;

namespace Composer.Training.Models;

/// <summary>
/// The canonical names, shapes and order of a model's parameters: what checkpoints hold and what
/// initialisation draws, the same for every engine.
/// </summary>
/// <remarks>
/// Projections are [out, in] row-major, y = W x. Order: embedding; for each layer its norm, then its
/// projections; the final norm; the compression decoder where there is one.
/// </remarks>
public static class ParameterLayout
{
    public static IReadOnlyList<ParameterDescription> Of(ModelConfiguration configuration)
    {
        var (dim, shape) = (configuration.Shape.Dim, configuration.Shape);
        var kvDim = shape.KvHeads * shape.HeadSize;
        var list = new List<ParameterDescription> { new("embedding", configuration.Vocabulary, dim) };
        for (var i = 0; i < configuration.Layers.Count; i++)
        {
            list.Add(new ParameterDescription($"layers.{i}.norm", dim, 1));
            switch (configuration.Layers[i])
            {
                case 'A':
                    list.Add(new ParameterDescription($"layers.{i}.attention.q", dim, dim));
                    list.Add(new ParameterDescription($"layers.{i}.attention.k", kvDim, dim));
                    list.Add(new ParameterDescription($"layers.{i}.attention.v", kvDim, dim));
                    list.Add(new ParameterDescription($"layers.{i}.attention.o", dim, dim));
                    break;
                case 'M':
                    list.Add(new ParameterDescription($"layers.{i}.mlp.gate", shape.Hidden, dim));
                    list.Add(new ParameterDescription($"layers.{i}.mlp.up", shape.Hidden, dim));
                    list.Add(new ParameterDescription($"layers.{i}.mlp.down", dim, shape.Hidden));
                    break;
                default:
                    throw new NotSupportedException($"No engine knows the primitive '{configuration.Layers[i]}'.");
            }
        }

        list.Add(new ParameterDescription("final_norm", dim, 1));
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
}
