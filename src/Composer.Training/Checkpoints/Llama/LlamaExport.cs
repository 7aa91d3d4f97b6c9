using System.Text.Json;
using Composer.Architecture.Primitives;
using Composer.Training.Models;

namespace Composer.Training.Checkpoints.Llama;

/// <summary>
/// A hybrid model as a stock Llama of Hugging Face's layout, exactly: <c>model.safetensors</c> and
/// <c>config.json</c>.
/// </summary>
/// <remarks>
/// Each A→M boundary becomes one block; a lone A gets a zero <c>down_proj</c>, a lone M a zero <c>o_proj</c>, so
/// that the added half adds nothing to the residual stream; the added norms are 1, the added projections
/// before the zero one 0. Which primitives a block has halves for they say themselves (<see cref="LlamaHalf"/>).
/// </remarks>
public static class LlamaExport
{
    /// <summary>How many blocks the exported model has.</summary>
    public static int BlockCount(ModelConfiguration configuration) => LlamaBlock.Fuse(configuration.Layers).Count;

    /// <summary>Writes the tensors, F32, in the order of the blocks.</summary>
    /// <exception cref="CheckpointException">The model has another head than the language one, or a layer that no Llama has.</exception>
    public static void WriteTensors(ITrainableModel model, Stream stream)
    {
        RequireLanguageHead(model.Configuration);
        var byName = model.Parameters.Select((parameter, index) => (parameter, index))
            .ToDictionary(pair => pair.parameter.Name, StringComparer.Ordinal);
        var entries = Entries(model.Configuration).ToList();
        var tensors = entries.Select(entry => entry.Columns == 1
            ? SafetensorsTensor.Float32(entry.Name, entry.Rows)
            : SafetensorsTensor.Float32(entry.Name, entry.Rows, entry.Columns));

        // transformers refuses a file whose metadata does not name a framework.
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        var writer = new SafetensorsWriter(stream, [.. tensors], metadata);
        foreach (var entry in entries)
        {
            var values = new float[checked(entry.Rows * entry.Columns)];
            if (entry.Source is not null)
            {
                model.Read(byName[entry.Source].index, StateSlot.Parameter, values);
            }
            else
            {
                values.AsSpan().Fill(entry.Columns == 1 ? 1f : 0f);
            }

            writer.Write(values);
        }

        writer.Complete();
    }

    /// <summary>Writes <c>config.json</c>.</summary>
    /// <param name="configuration">The model's.</param>
    /// <param name="stream">Written from its present position.</param>
    /// <param name="beginOfSequence">The tokenizer's token, or null to leave it out.</param>
    /// <param name="endOfSequence">The tokenizer's token, or null to leave it out.</param>
    public static void WriteConfiguration(
        ModelConfiguration configuration,
        Stream stream,
        int? beginOfSequence = null,
        int? endOfSequence = null)
    {
        RequireLanguageHead(configuration);
        var shape = configuration.Shape;
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue("LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteBoolean("attention_bias", false);
        json.WriteNumber("attention_dropout", 0);
        WriteToken(json, "bos_token_id", beginOfSequence);
        WriteToken(json, "eos_token_id", endOfSequence);
        json.WriteNumber("head_dim", shape.HeadSize);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", shape.Dim);
        json.WriteNumber("intermediate_size", shape.Hidden);
        json.WriteNumber("max_position_embeddings", configuration.MaximumLength);
        json.WriteBoolean("mlp_bias", false);
        json.WriteString("model_type", "llama");
        json.WriteNumber("num_attention_heads", shape.Heads);
        json.WriteNumber("num_hidden_layers", BlockCount(configuration));
        json.WriteNumber("num_key_value_heads", shape.KvHeads);
        json.WriteNumber("rms_norm_eps", configuration.NormEpsilon);
        json.WriteNull("rope_scaling");
        json.WriteNumber("rope_theta", configuration.RopeTheta);
        json.WriteBoolean("tie_word_embeddings", true);
        json.WriteString("torch_dtype", "float32");
        json.WriteNumber("vocab_size", configuration.Vocabulary);
        json.WriteEndObject();
    }

    /// <summary>Every exported tensor; Source is the parameter that it copies, or null where it is filled.</summary>
    private static IEnumerable<(string Name, int Rows, int Columns, string? Source)> Entries(ModelConfiguration configuration)
    {
        var dim = configuration.Shape.Dim;
        yield return ("model.embed_tokens.weight", configuration.Vocabulary, dim, "embedding");
        var blocks = LlamaBlock.Fuse(configuration.Layers);
        for (var n = 0; n < blocks.Count; n++)
        {
            foreach (var (half, layer) in ((LlamaHalf, int?)[])[(LlamaHalf.First, blocks[n].First), (LlamaHalf.Second, blocks[n].Second)])
            {
                yield return ($"model.layers.{n}.{half.Norm}.weight", dim, 1, Source(layer, "norm"));
                foreach (var tensor in PrimitiveRegistry.Default[half.Symbol].Tensors(configuration.Shape))
                {
                    var name = $"model.layers.{n}.{half.NameOf(tensor.Name)}.weight";
                    yield return (name, tensor.Rows, tensor.Columns, Source(layer, tensor.Name));
                }
            }
        }

        yield return ("model.norm.weight", dim, 1, "final_norm");
    }

    private static string? Source(int? layer, string parameter) => layer is null ? null : $"layers.{layer}.{parameter}";

    private static void WriteToken(Utf8JsonWriter json, string name, int? token)
    {
        if (token is not null)
        {
            json.WriteNumber(name, token.Value);
        }
    }

    private static void RequireLanguageHead(ModelConfiguration configuration)
    {
        if (configuration.Head != ModelHead.Language)
        {
            throw new CheckpointException($"A model with the {configuration.Head} head is no Llama; only language models are exported.");
        }
    }
}
