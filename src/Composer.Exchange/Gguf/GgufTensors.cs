using System.Globalization;
using Composer.Architecture;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;

namespace Composer.Exchange.Gguf;

/// <summary>The tensors of a GGUF under llama.cpp's names.</summary>
internal static class GgufTensors
{
    private static readonly (string HuggingFace, string Gguf)[] Names =
    [
        ("input_layernorm", "attn_norm"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ];

    /// <param name="model">Read tensor by tensor.</param>
    /// <param name="tensors">As transformers has them.</param>
    /// <param name="blocks">Which layers are a block's halves.</param>
    /// <param name="isStock">Whether all blocks have the same heads and widths.</param>
    /// <param name="type">Of matrices.</param>
    /// <param name="narrow">Width of a feed-forward that adds nothing.</param>
    public static IEnumerable<GgufTensor> Of(
        ExchangedModel model,
        IReadOnlyList<LlamaTensor> tensors,
        IReadOnlyList<LlamaBlock> blocks,
        bool isStock,
        NumberType type,
        int narrow)
    {
        var shape = model.Configuration.Shape;
        if (Factors(model.Configuration) is { } factors)
        {
            yield return new GgufTensor("rope_freqs.weight", 1, factors.Length, NumberType.F32, () => factors) { IsVector = true };
        }

        foreach (var tensor in tensors)
        {
            if (!tensor.Name.StartsWith("model.layers.", StringComparison.Ordinal))
            {
                yield return Plain(WholeModelName(tensor.Name), tensor);
                continue;
            }

            var parts = tensor.Name.Split('.', 4);
            var index = int.Parse(parts[2], CultureInfo.InvariantCulture);
            var place = parts[3][..^".weight".Length];
            var name = $"blk.{parts[2]}.{NameOf(place)}.weight";
            var isFirst = place.StartsWith("self_attn", StringComparison.Ordinal) || place == LlamaHalf.First.Norm;
            var (isAttentionLacking, isMlpLacking) = (blocks[index].First is null, blocks[index].Second is null);
            if (isStock || tensor.Source is not null)
            {
                var plain = Plain(name, tensor);
                yield return plain with { Values = Turned(place, plain.Values, shape) };
            }
            else if (isMlpLacking && !isFirst)
            {
                yield return tensor.IsVector ? Plain(name, tensor)
                    : tensor.WritesResidual ? Zero(name, tensor.Rows, narrow)
                    : Zero(name, narrow, tensor.Columns);
            }
            else if (isAttentionLacking && isFirst && index == 0)
            {
                yield return tensor.IsVector ? Plain(name, tensor)
                    : tensor.WritesResidual ? Zero(name, tensor.Rows, shape.HeadSize)
                    : Zero(name, shape.HeadSize, tensor.Columns);
            }
        }

        GgufTensor Plain(string name, LlamaTensor tensor) => tensor.IsVector
            ? new GgufTensor(name, 1, tensor.Rows, NumberType.F32, () => tensor.Values(model)) { IsVector = true }
            : new GgufTensor(name, tensor.Rows, tensor.Columns, type, () => tensor.Values(model));

        GgufTensor Zero(string name, int rows, int columns) =>
            new(name, rows, columns, type, () => new float[checked(rows * columns)]);
    }

    /// <summary>llama.cpp's name of what transformers calls so in a block.</summary>
    public static string NameOf(string place) => Names.First(name => name.HuggingFace == place).Gguf;

    /// <summary>A tensor's numbers as llama.cpp wants them: queries and keys in its order, the others as they are.</summary>
    /// <param name="place">transformers' name in a block.</param>
    /// <param name="values">Reads ours.</param>
    /// <param name="shape">The widths.</param>
    public static Func<float[]> Turned(string place, Func<float[]> values, ModelShape shape) => place switch
    {
        "self_attn.q_proj" => () => Interleaved(values(), shape.Heads, shape.HeadSize, shape.Dim),
        "self_attn.k_proj" => () => Interleaved(values(), shape.KvHeads, shape.HeadSize, shape.Dim),
        _ => values,
    };

    /// <summary>By what llama.cpp divides the frequency of each pair; null where they are as the base says.</summary>
    public static float[]? Factors(ModelConfiguration configuration)
    {
        var plain = configuration with { RopeScaling = null };
        return configuration.RopeScaling is null
            ? null
            : [.. Enumerable.Range(0, configuration.Shape.HeadSize / 2)
                .Select(pair => (float)(plain.RotaryFrequency(pair) / configuration.RotaryFrequency(pair)))];
    }

    /// <summary>Rows of half-split heads so that the two features of a pair are neighbours.</summary>
    private static float[] Interleaved(float[] values, int heads, int headSize, int columns)
    {
        var turned = new float[values.Length];
        var half = headSize / 2;
        for (var head = 0; head < heads; head++)
        {
            for (var i = 0; i < headSize; i++)
            {
                var row = (head * headSize) + (i < half ? 2 * i : (2 * (i - half)) + 1);
                values.AsSpan(((head * headSize) + i) * columns, columns).CopyTo(turned.AsSpan(row * columns));
            }
        }

        return turned;
    }

    private static string WholeModelName(string name) => name switch
    {
        LlamaTensors.Embedding => "token_embd.weight",
        LlamaTensors.FinalNorm => "output_norm.weight",
        LlamaTensors.Output => "output.weight",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No tensor of a Llama outside its blocks."),
    };
}
