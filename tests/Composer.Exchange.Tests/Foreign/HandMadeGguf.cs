using System.Text;
using Composer.Exchange.Tests.HuggingFace;

namespace Composer.Exchange.Tests.Foreign;

/// <summary>The numbers of a Llama checkpoint as a GGUF, without a line of the product's, for llama.cpp to compute with.</summary>
internal static class HandMadeGguf
{
    private static readonly (string HuggingFace, string Gguf)[] Names =
    [
        ("input_layernorm", "attn_norm"), ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"), ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ];

    /// <param name="checkpoint">Whose numbers, of the widths of <see cref="HandMadeCheckpoint"/>.</param>
    /// <param name="theta">Base of the rotary frequencies.</param>
    /// <param name="scaling">Factor, low factor, high factor and original length of Llama 3's scaling, or null.</param>
    /// <param name="file">To write.</param>
    public static void Write(
        PlainLlama checkpoint, double theta, (double Factor, double Low, double High, double Length)? scaling, string file)
    {
        const int headSize = HandMadeCheckpoint.Dim / HandMadeCheckpoint.Heads;
        var tensors = new List<(string Name, int[] Dimensions, float[] Values)>
        {
            Matrix("token_embd", "model.embed_tokens", HandMadeCheckpoint.Dim),
            ("output_norm.weight", [HandMadeCheckpoint.Dim], checkpoint.Values("model.norm")),
        };
        if (!checkpoint.Ties)
        {
            tensors.Add(Matrix("output", "lm_head", HandMadeCheckpoint.Dim));
        }

        if (scaling is { } s)
        {
            tensors.Add(("rope_freqs.weight", [headSize / 2], [.. Enumerable.Range(0, headSize / 2).Select(i => Divisor(i, s))]));
        }

        for (var block = 0; block < checkpoint.Blocks; block++)
        {
            foreach (var (huggingFace, gguf) in Names)
            {
                var from = $"model.layers.{block}.{huggingFace}";
                var name = $"blk.{block}.{gguf}";
                tensors.Add(gguf.EndsWith("norm", StringComparison.Ordinal)
                    ? ($"{name}.weight", [HandMadeCheckpoint.Dim], checkpoint.Values(from))
                    : gguf is "attn_q" or "attn_k" ? Turned(Matrix(name, from, HandMadeCheckpoint.Dim))
                    : Matrix(name, from, gguf == "ffn_down" ? HandMadeCheckpoint.Hidden : HandMadeCheckpoint.Dim));
            }
        }

        using var writer = new BinaryWriter(File.Create(file), Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((long)tensors.Count);
        (string Key, object Value)[] pairs =
        [
            ("general.architecture", "llama"), ("llama.vocab_size", (uint)checkpoint.Vocabulary), ("llama.context_length", 256u),
            ("llama.embedding_length", (uint)HandMadeCheckpoint.Dim), ("llama.block_count", (uint)checkpoint.Blocks),
            ("llama.feed_forward_length", (uint)HandMadeCheckpoint.Hidden), ("llama.attention.head_count", (uint)HandMadeCheckpoint.Heads),
            ("llama.attention.head_count_kv", (uint)HandMadeCheckpoint.KvHeads),
            ("llama.attention.layer_norm_rms_epsilon", checkpoint.Epsilon),
            ("llama.rope.freq_base", (float)theta), ("llama.rope.dimension_count", (uint)headSize), ("tokenizer.ggml.model", "no_vocab"),
        ];
        writer.Write((long)pairs.Length);
        foreach (var (key, value) in pairs)
        {
            Text(key);
            switch (value)
            {
                case string text:
                    writer.Write(8u);
                    Text(text);
                    break;
                case float number:
                    writer.Write(6u);
                    writer.Write(number);
                    break;
                default:
                    writer.Write(4u);
                    writer.Write((uint)value);
                    break;
            }
        }

        var offset = 0L;
        foreach (var (name, dimensions, values) in tensors)
        {
            Text(name);
            writer.Write((uint)dimensions.Length);
            Array.ForEach(dimensions, dimension => writer.Write((long)dimension));
            writer.Write(0u);
            writer.Write(offset);
            offset += Aligned(4L * values.Length);
        }

        Pad();
        foreach (var (_, _, values) in tensors)
        {
            Array.ForEach(values, writer.Write);
            Pad();
        }

        (string, int[], float[]) Matrix(string name, string from, int columns)
        {
            var values = checkpoint.Values(from);
            return ($"{name}.weight", [columns, values.Length / columns], values);
        }

        void Text(string text)
        {
            writer.Write((long)Encoding.UTF8.GetByteCount(text));
            writer.Write(Encoding.UTF8.GetBytes(text));
        }

        void Pad()
        {
            writer.Flush();
            writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
        }

        float Divisor(int pair, (double Factor, double Low, double High, double Length) scale)
        {
            var wave = 2 * Math.PI * Math.Pow(theta, 2.0 * pair / headSize);
            var smooth = ((scale.Length / wave) - scale.Low) / (scale.High - scale.Low);
            return (float)(wave < scale.Length / scale.High ? 1
                : wave > scale.Length / scale.Low ? scale.Factor
                : 1 / (((1 - smooth) / scale.Factor) + smooth));
        }
    }

    /// <summary>Neighbours turn together: row i of the first half of a head, then row i of the second.</summary>
    private static (string Name, int[] Dimensions, float[] Values) Turned((string Name, int[] Dimensions, float[] Values) tensor)
    {
        const int headSize = HandMadeCheckpoint.Dim / HandMadeCheckpoint.Heads;
        float[][] rows = [.. tensor.Values.Chunk(HandMadeCheckpoint.Dim)];
        var turned = rows.Chunk(headSize).SelectMany(head => head.Take(headSize / 2).Zip(head.Skip(headSize / 2)))
            .SelectMany(pair => pair.First.Concat(pair.Second));
        return (tensor.Name, tensor.Dimensions, [.. turned]);
    }

    private static long Aligned(long size) => (size + 31) / 32 * 32;
}
