using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Exchange.Tests.Foreign;

namespace Composer.Exchange.Tests.HuggingFace;

/// <summary>
/// A Llama checkpoint as transformers writes it, byte by byte and without a line of the product's: config.json,
/// safetensors, tokenizer.json.
/// </summary>
internal sealed class HandMadeCheckpoint
{
    public const int Dim = 32;
    public const int Heads = 4;
    public const int KvHeads = 2;
    public const int Hidden = 48;
    public const int Vocabulary = 260;

    private readonly List<(string Name, long[] Shape)> tensors = [];

    public HandMadeCheckpoint(int blocks, bool ties)
    {
        (Blocks, Ties) = (blocks, ties);
        const int keys = Dim / Heads * KvHeads;
        Add("model.embed_tokens", Vocabulary, Dim);
        for (var i = 0; i < blocks; i++)
        {
            var block = $"model.layers.{i}.";
            Add(block + "input_layernorm", Dim);
            Add(block + "mlp.down_proj", Dim, Hidden);
            Add(block + "mlp.gate_proj", Hidden, Dim);
            Add(block + "mlp.up_proj", Hidden, Dim);
            Add(block + "post_attention_layernorm", Dim);
            Add(block + "self_attn.k_proj", keys, Dim);
            Add(block + "self_attn.o_proj", Dim, Dim);
            Add(block + "self_attn.q_proj", Dim, Dim);
            Add(block + "self_attn.v_proj", keys, Dim);
        }

        Add("model.norm", Dim);
        if (!ties)
        {
            Add("lm_head", Vocabulary, Dim);
        }
    }

    public int Blocks { get; }

    public bool Ties { get; }

    /// <summary>BF16, F16 or F32.</summary>
    public string Type { get; init; } = "F32";

    /// <summary>1 for one file.</summary>
    public int Files { get; init; } = 1;

    /// <summary>Fields of config.json, as JSON; null takes one out.</summary>
    public Dictionary<string, string?> Config { get; } = [];

    /// <summary>What others make a model of.</summary>
    public PlainLlama Plain => new(Blocks, Ties, Vocabulary, 1e-6f, Values);

    /// <summary>The numbers of a tensor, as they are after they were written.</summary>
    public float[] Values(string name)
    {
        var (_, shape) = tensors.First(t => t.Name == name + ".weight");
        var rng = new Rng(new Seed(77).Derive(name));
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var value = (float)((shape.Length == 1 ? 1 : 0) + (.2 * rng.NextGaussian()));
            values[i] = Type switch
            {
                // Cut, not rounded: any number of the type will do.
                "BF16" => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000),
                "F16" => (float)(Half)value,
                _ => value,
            };
        }

        return values;
    }

    public string Write(TemporaryFolder folder, string name = "hf")
    {
        var path = folder[name];
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), ConfigText());
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), TokenizerText());
        var files = tensors.Select((tensor, i) => (tensor, File: Files == 1
            ? "model.safetensors"
            : string.Create(CultureInfo.InvariantCulture, $"model-{(i % Files) + 1:d5}-of-{Files:d5}.safetensors"))).ToList();
        foreach (var file in files.GroupBy(f => f.File))
        {
            File.WriteAllBytes(Path.Combine(path, file.Key), Safetensors([.. file.Select(f => f.tensor)]));
        }

        if (Files > 1)
        {
            var map = string.Join(",\n", files.Select(f => $"    \"{f.tensor.Name}\": \"{f.File}\""));
            File.WriteAllText(
                Path.Combine(path, "model.safetensors.index.json"),
                $$"""
                {
                  "metadata": { "total_size": 1 },
                  "weight_map": {
                {{map}}
                  }
                }
                """);
        }

        return path;
    }

    public void Add(string name, params long[] shape) => tensors.Add((name + ".weight", shape));

    public void Remove(string name) => tensors.RemoveAll(t => t.Name == name + ".weight");

    private string ConfigText()
    {
        var fields = new Dictionary<string, string?>
        {
            ["architectures"] = "[\"LlamaForCausalLM\"]",
            ["attention_bias"] = "false",
            ["hidden_act"] = "\"silu\"",
            ["hidden_size"] = "32",
            ["intermediate_size"] = "48",
            ["max_position_embeddings"] = "256",
            ["model_type"] = "\"llama\"",
            ["num_attention_heads"] = "4",
            ["num_hidden_layers"] = Blocks.ToString(CultureInfo.InvariantCulture),
            ["num_key_value_heads"] = "2",
            ["pretraining_tp"] = "1",
            ["rms_norm_eps"] = "1e-06",
            ["rope_scaling"] = "null",
            ["rope_theta"] = "500000.0",
            ["tie_word_embeddings"] = Ties ? "true" : "false",
            ["vocab_size"] = "260",
        };
        foreach (var (name, value) in Config)
        {
            fields[name] = value;
        }

        return "{\n" + string.Join(",\n", fields.Where(f => f.Value is not null).Select(f => $"  \"{f.Key}\": {f.Value}")) + "\n}\n";
    }

    /// <summary>Every byte, no merges, and the marks of Llama 3.</summary>
    private static string TokenizerText()
    {
        var next = 256;
        var letters = Enumerable.Range(0, 256).Select(b =>
            b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)b : (char)next++);
        var vocab = string.Join(", ", letters.Select((letter, id) => $"\"\\u{(int)letter:x4}\": {id}"));
        return $$"""
            {
              "version": "1.0",
              "added_tokens": [
                { "id": 256, "content": "<|begin_of_text|>", "special": true, "normalized": false },
                { "id": 257, "content": "<|end_of_text|>", "special": true, "normalized": false }
              ],
              "normalizer": null,
              "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
              "post_processor": null,
              "decoder": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
              "model": { "type": "BPE", "vocab": { {{vocab}} }, "merges": [] }
            }
            """;
    }

    private byte[] Safetensors(List<(string Name, long[] Shape)> part)
    {
        var (header, data) = (new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}"), new MemoryStream());
        foreach (var (name, shape) in part)
        {
            var begin = data.Length;
            foreach (var value in Values(name[..^".weight".Length]))
            {
                var bytes = new byte[4];
                var size = 2;
                if (Type == "F32")
                {
                    BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                    size = 4;
                }
                else if (Type == "F16")
                {
                    BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
                }
                else
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                }

                data.Write(bytes, 0, size);
            }

            header.Append(
                CultureInfo.InvariantCulture,
                $",\"{name}\":{{\"dtype\":\"{Type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{data.Length}]}}");
        }

        header.Append('}');
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(header.ToString()), .. data.ToArray()];
    }
}
