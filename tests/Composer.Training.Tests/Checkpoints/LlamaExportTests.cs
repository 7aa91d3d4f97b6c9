using System.Globalization;
using System.Text.Json;
using Composer.Architecture;
using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Checkpoints;

public class LlamaExportTests
{
    [Theory]
    [InlineData("AM", 1)]
    [InlineData("MA", 2)]
    [InlineData("AAMM", 3)]
    [InlineData("MAMAA", 4)]
    [InlineData("A", 1)]
    public void The_exported_Llama_computes_the_same_logits(string layers, int blocks)
    {
        var configuration = TinyModels.Configuration(layers, 12, 6, 2, 5, 7, 9) with { RopeTheta = 500_000f };
        var model = new ReferenceModel(configuration, new Seed(4));
        TinyModels.Disturb(model, new Rng(new Seed(5)), 0.3);

        var llama = Import(model);

        Assert.Equal(blocks * 2, llama.Configuration.Layers.Count);
        int[] tokens = [3, 1, 4, 1, 5, 2, 6];
        var (expected, actual) = (model.Logits(tokens).Values, llama.Logits(tokens).Values);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [InlineData("4x(2A+4M)+1A+2M", 27, 22)]
    [InlineData("4A+9M+4A+5M+2A+5M", 29, 26)]
    public void The_papers_billion_parameter_models_have_as_many_blocks_as_layers_less_boundaries(
        string notation, int layers, int blocks)
    {
        var sequence = LayerSequence.Parse(notation);
        Assert.Equal(layers, sequence.Count);
        Assert.Equal(blocks, LlamaExport.BlockCount(Of(sequence.ToString())));
    }

    [Fact]
    public void The_configuration_is_the_one_of_transformers()
    {
        using var stream = new MemoryStream();
        var configuration = TinyModels.Configuration("AAM", 12, 6, 2, 5, 7, 9) with { RopeTheta = 500_000f };
        LlamaExport.WriteConfiguration(configuration, stream, beginOfSequence: 5, endOfSequence: 6);
        using var json = JsonDocument.Parse(stream.ToArray());
        var root = json.RootElement;
        Assert.Equal("LlamaForCausalLM", root.GetProperty("architectures")[0].GetString());
        Assert.Equal("llama", root.GetProperty("model_type").GetString());
        Assert.Equal("silu", root.GetProperty("hidden_act").GetString());
        Assert.True(root.GetProperty("tie_word_embeddings").GetBoolean());
        (string Name, double Value)[] numbers =
        [
            ("hidden_size", 12), ("intermediate_size", 5), ("num_hidden_layers", 2), ("num_attention_heads", 6),
            ("num_key_value_heads", 2), ("head_dim", 2), ("vocab_size", 7), ("max_position_embeddings", 9),
            ("rope_theta", 500_000), ("rms_norm_eps", 1e-5), ("bos_token_id", 5), ("eos_token_id", 6),
        ];
        Assert.All(numbers, number => Assert.Equal(number.Value, root.GetProperty(number.Name).GetDouble(), 1e-12));
    }

    [Fact]
    public void A_model_with_another_head_is_refused()
    {
        var model = new ReferenceModel(Of("AM") with { Head = ModelHead.Compression }, new Seed(1));
        Assert.Throws<CheckpointException>(() => LlamaExport.WriteTensors(model, Stream.Null));
    }

    private static ModelConfiguration Of(string layers) => TinyModels.Configuration(layers, 12, 6, 2, 5, 7, 9);

    /// <summary>A stock Llama, alternating A and M, with the exported file's numbers under Llama's names.</summary>
    private static ReferenceModel Import(ReferenceModel model)
    {
        using var file = new MemoryStream();
        LlamaExport.WriteTensors(model, file);
        file.Position = 0;
        var reader = new SafetensorsReader(file);
        Assert.Equal("pt", reader.Metadata["format"]);
        using var configuration = new MemoryStream();
        LlamaExport.WriteConfiguration(model.Configuration, configuration);
        using var json = JsonDocument.Parse(configuration.ToArray());
        var blocks = json.RootElement.GetProperty("num_hidden_layers").GetInt32();
        var llama = new ReferenceModel(
            model.Configuration with { Layers = LayerSequence.FromSymbols(string.Concat(Enumerable.Repeat("AM", blocks))) },
            new Seed(99));
        Assert.Equal(llama.Parameters.Count, reader.Tensors.Count);
        for (var i = 0; i < llama.Parameters.Count; i++)
        {
            var parameter = llama.Parameters[i];
            var values = new float[parameter.Count];
            reader.ReadFloats(LlamaName(parameter.Name), values);
            llama.Write(i, StateSlot.Parameter, values);
        }

        return llama;
    }

    private static string LlamaName(string name)
    {
        var parts = name.Split('.');
        if (parts.Length == 1)
        {
            return name == "embedding" ? "model.embed_tokens.weight" : "model.norm.weight";
        }

        var layer = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var suffix = (parts[2], layer % 2) switch
        {
            ("norm", 0) => "input_layernorm",
            ("norm", _) => "post_attention_layernorm",
            ("attention", _) => $"self_attn.{parts[3]}_proj",
            _ => $"mlp.{parts[3]}_proj",
        };
        return $"model.layers.{layer / 2}.{suffix}.weight";
    }
}
