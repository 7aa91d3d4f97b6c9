using System.Text.Json;
using Composer.Core.Diagnostics;
using Composer.Exchange.HuggingFace;
using Composer.Exchange.Tests.Foreign;
using Composer.Exchange.Tests.Gguf;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Exchange.Tests.HuggingFace;

/// <summary>A folder for transformers, and the way back.</summary>
public sealed class HuggingFaceExportTests(ITestOutputHelper output)
{
    [LlamaCppTheory]
    [MemberData(nameof(GgufExportTests.Orders), MemberType = typeof(GgufExportTests))]
    public void A_foreign_engine_computes_the_same_logits_from_the_folder(string layers, string architecture)
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder);
        using var model = ExchangedModel.Open(weights, null);
        HuggingFaceExport.Write(model, folder["hf"]);
        HandMadeGguf.Write(PlainLlama.Read(folder["hf"]), 10_000, null, folder["model.gguf"]);
        int[] tokens = [.. ExportedModels.Tokens(model.Tokenizer)[..40]];

        using var foreign = new LlamaCpp(folder["model.gguf"]);
        var difference = ExportedModels.Difference(ExportedModels.Logits(weights, tokens), foreign.Logits(tokens));

        output.WriteLine($"HF {layers} (as GGUF {architecture}): largest difference {difference:e1}");
        Assert.True(difference < 1e-4, $"{difference}");
    }

    [Theory]
    [InlineData("AMAM", 2)]
    [InlineData("AAMMMMAAMM", 8)]
    [InlineData("MAMAA", 4)]
    [InlineData("MM", 2)]
    [InlineData("A", 1)]
    public void What_leaves_comes_back_with_the_same_bits(string layers, int blocks)
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder);
        using var model = ExchangedModel.Open(weights, null);
        HuggingFaceExport.Write(model, folder["hf"]);
        using var back = HuggingFaceCheckpoint.Open(folder["hf"]);
        HuggingFaceImport.Write(back, folder["back"]);

        Assert.Equal(model.Configuration, back.Configuration);
        int[] tokens = [.. ExportedModels.Tokens(new ByteTokenizer())[..30]];
        Assert.Equal(tokens, ExportedModels.Tokens(back.Tokenizer)[..30]);
        Assert.Equal(
            ExportedModels.Logits(weights, tokens), ExportedModels.Logits(folder[$"back/{ExchangedModel.Weights}"], tokens));
        using var config = JsonDocument.Parse(File.ReadAllBytes(folder["hf/config.json"]));
        Assert.Equal(blocks, config.RootElement.GetProperty("num_hidden_layers").GetInt32());
    }

    [Theory]
    [InlineData("AAM")]
    [InlineData("MMA")]
    public void As_the_stock_Llama_that_others_see_it_says_the_same_to_the_bit(string layers)
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder);
        using var model = ExchangedModel.Open(weights, null);
        HuggingFaceExport.Write(model, folder["hf"]);

        // Every half as a layer, those that add nothing too, under the names of the file.
        using var stream = File.OpenRead(folder["hf/model.safetensors"]);
        var reader = new SafetensorsReader(stream);
        Assert.Equal("pt", reader.Metadata["format"]);
        var blocks = reader.Tensors.Count(tensor => tensor.Name.EndsWith("down_proj.weight", StringComparison.Ordinal));
        var stock = ExportedModels.Configuration(string.Concat(Enumerable.Repeat("AM", blocks)), 258);
        using (var whole = File.Create(folder["whole.safetensors"]))
        {
            ModelCheckpoint.SaveWeights(stock, _ => TensorDtype.F32, (p, values) => reader.ReadFloats(NameOf(p.Name), values), whole);
        }

        int[] tokens = [5, 77, 200, 13, 5, 90, 120, 33, 1];
        Assert.Equal(ExportedModels.Logits(weights, tokens), ExportedModels.Logits(folder["whole.safetensors"], tokens));
    }

    [Fact]
    public void Rope_scaling_and_an_output_projection_of_its_own_come_back()
    {
        using var folder = new TemporaryFolder();
        var configuration = ExportedModels.Configuration("AMA", 258) with
        {
            RopeTheta = 500_000f,
            RopeScaling = new(32, 1, 4, 8192),
            TiesEmbedding = false,
            NormEpsilon = 1e-6f,
        };
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(configuration, folder), null);
        HuggingFaceExport.Write(model, folder["hf"]);
        using var back = HuggingFaceCheckpoint.Open(folder["hf"]);

        Assert.Equal(configuration, back.Configuration);
        var (mine, theirs) = (new float[258 * 32], new float[258 * 32]);
        model.Read("output", mine);
        back.Read(ParameterLayout.Of(configuration).Single(p => p.Name == "output"), theirs);
        Assert.Equal(mine, theirs);
    }

    [Fact]
    public void Weights_are_cut_into_files_of_the_size_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration("AMAM", 258), folder);
        using var model = ExchangedModel.Open(weights, null);

        HuggingFaceExport.Write(model, folder["hf"], shardBytes: 20_000);

        var files = Directory.GetFiles(folder["hf"], "*.safetensors").Order(StringComparer.Ordinal).ToArray();
        Assert.InRange(files.Length, 3, 12);
        Assert.EndsWith($"model-00001-of-{files.Length:d5}.safetensors", files[0], StringComparison.Ordinal);

        // The embedding alone is larger.
        Assert.All(files.Skip(1), file => Assert.InRange(new FileInfo(file).Length, 1, 22_000));
        using var index = JsonDocument.Parse(File.ReadAllBytes(folder["hf/model.safetensors.index.json"]));
        var sizes = ParameterLayout.Of(model.Configuration).Sum(parameter => 4 * parameter.Count);
        Assert.Equal(sizes, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        using var back = HuggingFaceCheckpoint.Open(folder["hf"]);
        Assert.Equal(files.Length + 3, HuggingFaceCheckpoint.FilesIn(folder["hf"]).Count);
        Assert.Equal(model.Configuration, back.Configuration);
    }

    [Fact]
    public void What_transformers_reads_beside_the_weights_is_there()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = ExportedModels.WriteTokenizer(PreTokenizer.Llama3, folder);
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration("AM", 320), folder), tokenizer);
        HuggingFaceExport.Write(model, folder["hf"], NumberType.BF16);

        Assert.Equal(File.ReadAllBytes(tokenizer), File.ReadAllBytes(folder["hf/tokenizer.json"]));
        var (config, own) = (Json("config"), Json("tokenizer_config"));
        var (map, generation) = (Json("special_tokens_map"), Json("generation_config"));
        var (bos, eos) = (model.Tokenizer.BosId, model.Tokenizer.EosId);
        Assert.Equal(["LlamaForCausalLM"], config.GetProperty("architectures").EnumerateArray().Select(a => a.GetString()));
        (string Name, double Value)[] numbers =
        [
            ("hidden_size", 32), ("intermediate_size", 48), ("num_hidden_layers", 1), ("num_attention_heads", 4),
            ("num_key_value_heads", 2), ("head_dim", 8), ("vocab_size", 320), ("max_position_embeddings", 128),
            ("rope_theta", 10_000), ("bos_token_id", bos), ("eos_token_id", eos),
        ];
        Assert.All(numbers, number => Assert.Equal(number.Value, config.GetProperty(number.Name).GetDouble()));
        Assert.Equal(
            ("llama", "silu", "bfloat16"),
            (config.GetProperty("model_type").GetString(), config.GetProperty("hidden_act").GetString(),
                config.GetProperty("torch_dtype").GetString()));
        Assert.True(config.GetProperty("tie_word_embeddings").GetBoolean());
        Assert.Equal("PreTrainedTokenizerFast", own.GetProperty("tokenizer_class").GetString());
        Assert.Equal(128, own.GetProperty("model_max_length").GetInt32());
        Assert.All((JsonElement[])[own, map], e => Assert.Equal("<|begin_of_text|>", e.GetProperty("bos_token").GetString()));
        Assert.All((JsonElement[])[own, map], e => Assert.Equal("<|end_of_text|>", e.GetProperty("eos_token").GetString()));
        Assert.Equal((bos, eos), (generation.GetProperty("bos_token_id").GetInt32(), generation.GetProperty("eos_token_id").GetInt32()));

        JsonElement Json(string name)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(folder[$"hf/{name}.json"]));
            return document.RootElement.Clone();
        }
    }

    [Theory]
    [InlineData(NumberType.BF16, TensorDtype.BF16)]
    [InlineData(NumberType.F16, TensorDtype.F16)]
    public void Fewer_bits_are_the_nearest_numbers_and_what_is_lost_is_said(NumberType type, TensorDtype dtype)
    {
        using var folder = new TemporaryFolder();
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration("AM", 258), folder), null);

        var said = HuggingFaceExport.Write(model, folder["hf"], type);

        Assert.Contains(said, line => line.Contains("rounded, by at most", StringComparison.Ordinal));
        using var back = HuggingFaceCheckpoint.Open(folder["hf"]);
        var (mine, theirs) = (new float[32 * 32], new float[32 * 32]);
        model.Read("layers.0.attention.q", mine);
        back.Read(ParameterLayout.Of(model.Configuration).Single(p => p.Name == "layers.0.attention.q"), theirs);
        Assert.Equal(dtype, back.Type);
        Assert.Equal([.. mine.Select(value => HalfPrecision.Round(value, dtype))], theirs);

        // What came in that type leaves in it without a loss.
        using var again = ExchangedModel.OpenFolder(folder["hf"]);
        Assert.Contains(
            HuggingFaceExport.Write(again, folder["again"], type), line => line.Contains("none is changed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_number_that_F16_cannot_hold_is_refused_and_nothing_is_left()
    {
        using var folder = new TemporaryFolder();
        var configuration = ExportedModels.Configuration("AM", 258);
        using (var stream = File.Create(folder["weights.safetensors"]))
        {
            ModelCheckpoint.SaveWeights(configuration, _ => TensorDtype.F32, (_, values) => values.Fill(70_000f), stream);
        }

        using var model = ExchangedModel.Open(folder["weights.safetensors"], null);
        var mistake = Assert.Throws<UserInputException>(() => HuggingFaceExport.Write(model, folder["hf"], NumberType.F16)).Diagnostics[0];

        Assert.Contains("70000, which F16 cannot hold", mistake.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["hf"]));
        HuggingFaceExport.Write(model, folder["hf"], NumberType.BF16);
    }

    [Fact]
    public void A_folder_with_files_is_not_written_into()
    {
        using var folder = new TemporaryFolder();
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration("AM", 258), folder), null);
        folder.Write("hf/mine.txt", "mine");

        Assert.Throws<UserInputException>(() => HuggingFaceExport.Write(model, folder["hf"]));

        Assert.Single(Directory.GetFiles(folder["hf"]));
    }

    [Theory]
    [InlineData("AWM", "W (sliding-window attention)")]
    [InlineData("SM", "S (Mamba-2)")]
    [InlineData("ACM", "C (gated short convolution)")]
    [InlineData("AE", "E (mixture of SwiGLU experts)")]
    [InlineData("AGM", "G (gated DeltaNet)")]
    public void A_primitive_without_a_place_is_refused_by_name(string layers, string named)
    {
        using var folder = new TemporaryFolder();
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder), null);

        var mistake = Assert.Throws<UserInputException>(() => HuggingFaceExport.Write(model, folder["hf"])).Diagnostics[0];

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["hf"]));
    }

    private static string NameOf(string parameter) => parameter.Split('.') switch
    {
        ["embedding"] => "model.embed_tokens.weight",
        ["final_norm"] => "model.norm.weight",
        [_, var layer, "norm"] => Block(layer) + (IsEven(layer) ? "input_layernorm.weight" : "post_attention_layernorm.weight"),
        [_, var layer, "attention", var tensor] => $"{Block(layer)}self_attn.{tensor}_proj.weight",
        [_, var layer, _, var tensor] => $"{Block(layer)}mlp.{tensor}_proj.weight",
        _ => throw new ArgumentException(parameter),
    };

    private static bool IsEven(string layer) => int.Parse(layer, System.Globalization.CultureInfo.InvariantCulture) % 2 == 0;

    private static string Block(string layer) =>
        FormattableString.Invariant($"model.layers.{int.Parse(layer, System.Globalization.CultureInfo.InvariantCulture) / 2}.");
}
