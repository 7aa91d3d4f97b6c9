using Composer.Architecture.Primitives;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;

namespace Composer.Exchange;

/// <summary>The tensors of a stock Llama under transformers' names, in the order of its blocks.</summary>
internal static class LlamaTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Output = "lm_head.weight";

    /// <summary>Those of a model that is exported: where a half is missing, what adds nothing.</summary>
    /// <exception cref="Training.Checkpoints.CheckpointException">A Llama has no place for a layer.</exception>
    public static IEnumerable<LlamaTensor> Of(ModelConfiguration configuration)
    {
        var dim = configuration.Shape.Dim;
        yield return new LlamaTensor(Embedding, configuration.Vocabulary, dim, "embedding");
        var blocks = LlamaBlock.Fuse(configuration.Layers);
        for (var n = 0; n < blocks.Count; n++)
        {
            foreach (var tensor in OfBlock(configuration, n, blocks[n].First, blocks[n].Second))
            {
                yield return tensor;
            }
        }

        yield return new LlamaTensor(FinalNorm, dim, 1, "final_norm");
        if (!configuration.TiesEmbedding)
        {
            yield return new LlamaTensor(Output, configuration.Vocabulary, dim, "output");
        }
    }

    /// <summary>Both halves of one block.</summary>
    /// <param name="configuration">The model's.</param>
    /// <param name="block">Its number.</param>
    /// <param name="first">The layer that is its first half, or null.</param>
    /// <param name="second">The layer that is its second half, or null.</param>
    private static IEnumerable<LlamaTensor> OfBlock(ModelConfiguration configuration, int block, int? first, int? second)
    {
        foreach (var (half, layer) in ((LlamaHalf, int?)[])[(LlamaHalf.First, first), (LlamaHalf.Second, second)])
        {
            yield return new LlamaTensor($"model.layers.{block}.{half.Norm}.weight", configuration.Shape.Dim, 1, Source(layer, "norm"));
            foreach (var tensor in PrimitiveRegistry.Default[half.Symbol].Tensors(configuration.Shape))
            {
                yield return new LlamaTensor(
                    $"model.layers.{block}.{half.NameOf(tensor.Name)}.weight", tensor.Rows, tensor.Columns, Source(layer, tensor.Name))
                {
                    WritesResidual = tensor.WritesResidual,
                };
            }
        }
    }

    private static string? Source(int? layer, string parameter) => layer is null ? null : $"layers.{layer}.{parameter}";
}
