using System.Text.Json;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;

namespace Composer.Exchange.HuggingFace;

/// <summary>Writes a <c>config.json</c> of transformers' LlamaForCausalLM.</summary>
internal static class HuggingFaceConfigWriter
{
    public static void Write(ModelConfiguration configuration, NumberType type, ITokenizer tokenizer, Stream stream)
    {
        var shape = configuration.Shape;
        using var json = new Utf8JsonWriter(stream, TokenizerFolder.Indented);
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue("LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteBoolean("attention_bias", false);
        json.WriteNumber("attention_dropout", 0);
        json.WriteNumber("bos_token_id", tokenizer.BosId);
        json.WriteNumber("eos_token_id", tokenizer.EosId);
        json.WriteNumber("head_dim", shape.HeadSize);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", shape.Dim);
        json.WriteNumber("intermediate_size", shape.Hidden);
        json.WriteNumber("max_position_embeddings", configuration.MaximumLength);
        json.WriteBoolean("mlp_bias", false);
        json.WriteString("model_type", "llama");
        json.WriteNumber("num_attention_heads", shape.Heads);
        json.WriteNumber("num_hidden_layers", LlamaBlock.Fuse(configuration.Layers).Count);
        json.WriteNumber("num_key_value_heads", shape.KvHeads);
        json.WriteNumber("rms_norm_eps", configuration.NormEpsilon);
        WriteScaling(json, configuration.RopeScaling);
        json.WriteNumber("rope_theta", configuration.RopeTheta);
        json.WriteBoolean("tie_word_embeddings", configuration.TiesEmbedding);
        json.WriteString("torch_dtype", type switch
        {
            NumberType.BF16 => "bfloat16",
            NumberType.F16 => "float16",
            _ => "float32",
        });
        json.WriteBoolean("use_cache", true);
        json.WriteNumber("vocab_size", configuration.Vocabulary);
        json.WriteEndObject();
    }

    private static void WriteScaling(Utf8JsonWriter json, RopeScaling? scaling)
    {
        if (scaling is null)
        {
            json.WriteNull("rope_scaling");
            return;
        }

        json.WriteStartObject("rope_scaling");
        json.WriteNumber("factor", scaling.Factor);
        json.WriteNumber("high_freq_factor", scaling.HighFactor);
        json.WriteNumber("low_freq_factor", scaling.LowFactor);
        json.WriteNumber("original_max_position_embeddings", scaling.OriginalLength);
        json.WriteString("rope_type", "llama3");
        json.WriteEndObject();
    }
}
