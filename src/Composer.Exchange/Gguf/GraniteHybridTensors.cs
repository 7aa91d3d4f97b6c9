using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Checkpoints.GraniteHybrid;
using Composer.Training.Checkpoints.Llama;

namespace Composer.Exchange.Gguf;

/// <summary>
/// The tensors of a GGUF of llama.cpp's architecture <c>granitehybrid</c>: blocks of attention or a recurrent half, then an MLP.
/// Where our model has no first half the block's is recurrent, keeps no keys and adds nothing; likewise its MLP.
/// </summary>
/// <remarks>llama.cpp needs an attention somewhere: a model without any ends in a block more, which adds nothing at all.</remarks>
internal static class GraniteHybridTensors
{
    /// <summary>Fuses each layer that mixes positions with the MLP that follows it directly; every other layer has a block of its own.</summary>
    public static IReadOnlyList<LlamaBlock> Fuse(LayerSequence layers)
    {
        var blocks = LlamaBlock.Fuse(layers, symbol => symbol != LlamaHalf.Second.Symbol);
        return layers.Contains(LlamaHalf.First.Symbol) ? blocks : [.. blocks, new LlamaBlock(null, null)];
    }

    /// <summary>Whether a block begins with attention.</summary>
    public static bool IsAttention(LlamaBlock block, LayerSequence layers) =>
        block is { First: null, Second: null } || (block.First is { } first && layers[first] == LlamaHalf.First.Symbol);

    /// <param name="model">Read tensor by tensor.</param>
    /// <param name="blocks">Which layers are a block's halves.</param>
    /// <param name="type">Of what is multiplied.</param>
    public static IEnumerable<GgufTensor> Of(ExchangedModel model, IReadOnlyList<LlamaBlock> blocks, NumberType type)
    {
        var (configuration, shape) = (model.Configuration, model.Configuration.Shape);
        if (GgufTensors.Factors(configuration) is { } factors)
        {
            yield return Vector("rope_freqs.weight", factors.Length, () => factors);
        }

        yield return new GgufTensor("token_embd.weight", configuration.Vocabulary, shape.Dim, type, Read("embedding", configuration.Vocabulary * shape.Dim));
        for (var n = 0; n < blocks.Count; n++)
        {
            var (first, second) = (blocks[n].First, blocks[n].Second);
            foreach (var tensor in IsAttention(blocks[n], configuration.Layers) ? Half(n, LlamaHalf.First, first) : Recurrent(n, first))
            {
                yield return tensor;
            }

            foreach (var tensor in Half(n, LlamaHalf.Second, second))
            {
                yield return tensor;
            }
        }

        yield return Vector("output_norm.weight", shape.Dim, Read("final_norm", shape.Dim));
        if (!configuration.TiesEmbedding)
        {
            yield return new GgufTensor("output.weight", configuration.Vocabulary, shape.Dim, type, Read("output", configuration.Vocabulary * shape.Dim));
        }

        IEnumerable<GgufTensor> Half(int block, LlamaHalf half, int? layer)
        {
            yield return Norm($"blk.{block}.{GgufTensors.NameOf(half.Norm)}.weight", layer);
            foreach (var tensor in PrimitiveRegistry.Default[half.Symbol].Tensors(shape))
            {
                var values = layer is null
                    ? () => new float[checked((int)tensor.Count)]
                    : Read($"layers.{layer}.{tensor.Name}", checked((int)tensor.Count));
                var place = half.NameOf(tensor.Name);
                yield return new GgufTensor(
                    $"blk.{block}.{GgufTensors.NameOf(place)}.weight", tensor.Rows, tensor.Columns, type, GgufTensors.Turned(place, values, shape));
            }
        }

        IEnumerable<GgufTensor> Recurrent(int block, int? layer)
        {
            yield return Norm($"blk.{block}.{GgufTensors.NameOf(LlamaHalf.First.Norm)}.weight", layer);
            foreach (var tensor in RecurrentHalf.Only.Tensors(shape))
            {
                var count = checked(tensor.Rows * tensor.Columns);
                var values = layer is null ? () => new float[count] : Read($"layers.{layer}.{tensor.Source}", count);
                yield return new GgufTensor(
                    $"blk.{block}.{tensor.Name}",
                    tensor.Rows,
                    tensor.Columns,
                    tensor.IsProduct ? type : NumberType.F32,
                    tensor.Map is { } map ? () => Array.ConvertAll(values(), value => map(value)) : values)
                { IsVector = tensor.IsVector };
            }
        }

        GgufTensor Norm(string name, int? layer) =>
            Vector(name, shape.Dim, layer is null ? () => Ones(shape.Dim) : Read($"layers.{layer}.norm", shape.Dim));

        Func<float[]> Read(string parameter, int count) => () =>
        {
            var values = new float[count];
            model.Read(parameter, values);
            return values;
        };
    }

    private static GgufTensor Vector(string name, int length, Func<float[]> values) =>
        new(name, 1, length, NumberType.F32, values) { IsVector = true };

    private static float[] Ones(int length)
    {
        var ones = new float[length];
        ones.AsSpan().Fill(1);
        return ones;
    }
}
