using Composer.Core.Diagnostics;
using Composer.Exchange.HuggingFace;
using Composer.Exchange.Tests.Foreign;
using Composer.Training.Checkpoints;

namespace Composer.Exchange.Tests.HuggingFace;

/// <summary>Checkpoints that the product did not write, computed by us and by llama.cpp from a file that it did not write either.</summary>
public sealed class HuggingFaceImportTests(ITestOutputHelper output)
{
    private const string Llama3 = """
        { "factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 40, "rope_type": "llama3" }
        """;

    [LlamaCppTheory]
    [InlineData("F32", 1, true, false)]
    [InlineData("F32", 3, false, true)]
    [InlineData("BF16", 1, false, false)]
    [InlineData("BF16", 4, true, true)]
    [InlineData("F16", 1, true, true)]
    [InlineData("F16", 2, false, false)]
    public void A_foreign_engine_computes_the_same_logits(string type, int files, bool ties, bool scales)
    {
        using var folder = new TemporaryFolder();
        var made = new HandMadeCheckpoint(2, ties) { Type = type, Files = files };
        made.Config["rope_theta"] = "100.0";
        made.Config["rope_scaling"] = scales ? Llama3.Trim() : "null";
        HandMadeGguf.Write(made.Plain, 100, scales ? (8, 1, 4, 40) : null, folder["model.gguf"]);
        using var checkpoint = HuggingFaceCheckpoint.Open(made.Write(folder));

        HuggingFaceImport.Write(checkpoint, folder["imported"]);

        Assert.Equal(Enum.Parse<TensorDtype>(type), checkpoint.Type);
        int[] tokens = [.. ExportedModels.Tokens(checkpoint.Tokenizer)[..56]];
        using var foreign = new LlamaCpp(folder["model.gguf"]);
        var difference = ExportedModels.Difference(
            ExportedModels.Logits(folder[$"imported/{ExchangedModel.Weights}"], tokens), foreign.Logits(tokens));
        output.WriteLine($"HF {type}, {files} files, tied {ties}, rope scaling {scales}: largest difference {difference:e1}");
        Assert.True(difference < 1e-4, $"{difference}");
    }

    [Fact]
    public void Numbers_keep_their_type_and_their_bits()
    {
        using var folder = new TemporaryFolder();
        var made = new HandMadeCheckpoint(1, ties: false) { Type = "BF16", Files = 2 };
        using var checkpoint = HuggingFaceCheckpoint.Open(made.Write(folder));
        HuggingFaceImport.Write(checkpoint, folder["imported"]);

        using var stream = File.OpenRead(folder[$"imported/{ExchangedModel.Weights}"]);
        var reader = new SafetensorsReader(stream);

        Assert.All(reader.Tensors, tensor => Assert.Equal(TensorDtype.BF16, tensor.Dtype));
        (string Ours, string Theirs)[] pairs =
        [
            ("layers.0.attention.k", "model.layers.0.self_attn.k_proj"),
            ("layers.1.norm", "model.layers.0.post_attention_layernorm"),
            ("output", "lm_head"),
        ];
        foreach (var (ours, theirs) in pairs)
        {
            var values = new float[made.Values(theirs).Length];
            reader.ReadFloats(ours, values);
            Assert.Equal(made.Values(theirs), values);
        }
    }

    [Fact]
    public void The_rope_of_transformers_5_is_read_too()
    {
        using var folder = new TemporaryFolder();
        var made = new HandMadeCheckpoint(1, ties: true);
        made.Config["rope_theta"] = null;
        made.Config["rope_scaling"] = null;
        made.Config["rope_parameters"] = Llama3.Trim().Replace("{", "{ \"rope_theta\": 1234.5,", StringComparison.Ordinal);

        using var checkpoint = HuggingFaceCheckpoint.Open(made.Write(folder));

        Assert.Equal(1234.5f, checkpoint.Configuration.RopeTheta);
        Assert.Equal(new(8, 1, 4, 40), checkpoint.Configuration.RopeScaling);
    }

    [Fact]
    public void Defaults_are_those_of_transformers_and_what_changes_nothing_is_let_pass()
    {
        using var folder = new TemporaryFolder();
        var made = new HandMadeCheckpoint(1, ties: false);
        made.Add("model.layers.0.self_attn.rotary_emb.inv_freq", 4);
        string[] left = ["rope_theta", "rope_scaling", "tie_word_embeddings", "rms_norm_eps", "attention_bias", "hidden_act"];
        foreach (var name in left)
        {
            made.Config[name] = null;
        }

        var path = made.Write(folder);
        Rename(path, "rotary_emb.inv_freq.weight", "rotary_emb.inv_freq");
        using var checkpoint = HuggingFaceCheckpoint.Open(path);

        var configuration = checkpoint.Configuration;
        Assert.Equal((10_000f, 1e-6f, false), (configuration.RopeTheta, configuration.NormEpsilon, configuration.TiesEmbedding));
    }

    [Theory]
    [InlineData("model_type", "\"mistral\"", "model_type is 'mistral'", 8)]
    [InlineData("attention_bias", "true", "attention_bias", 3)]
    [InlineData("mlp_bias", "true", "mlp_bias", 18)]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act is 'gelu'", 4)]
    [InlineData("head_dim", "16", "head_dim (16)", 18)]
    [InlineData("rope_scaling", "{ \"type\": \"linear\", \"factor\": 2.0 }", "of type 'linear'", 14)]
    [InlineData("rope_scaling", "{ \"rope_type\": \"llama3\", \"factor\": 2.0 }", "no low_freq_factor", 14)]
    [InlineData("rope_scaling", "\"llama3\"", "no object", 14)]
    [InlineData("quantization_config", "{ \"bits\": 4 }", "quantized", 18)]
    [InlineData("num_attention_heads", "5", "heads (5) must divide dim (32)", 5)]
    [InlineData("hidden_size", "\"32\"", "hidden_size is no whole number", 5)]
    [InlineData("vocab_size", null, "has no vocab_size", 1)]
    [InlineData("vocab_size", "257", "tokenizer has 258 tokens", 1)]
    [InlineData("num_hidden_layers", "3", "no tensor 'model.layers.2.input_layernorm.weight'", 1)]
    [InlineData("num_hidden_layers", "1", "the tensor 'model.layers.1.input_layernorm.weight'", 1)]
    [InlineData("num_hidden_layers", "999999999", "are the most", 10)]
    [InlineData("intermediate_size", "40", "'model.layers.0.mlp.gate_proj.weight' is [48, 32]; config.json asks for [40, 32]", 1)]
    [InlineData("tie_word_embeddings", "false", "no tensor 'lm_head.weight'", 1)]
    [InlineData("rms_norm_eps", "-1", "rms_norm_eps is no number above 0", 13)]
    public void What_is_not_read_is_refused_by_name_and_place(string field, string? value, string named, int line)
    {
        using var folder = new TemporaryFolder();
        var made = new HandMadeCheckpoint(2, ties: true);
        made.Config[field] = value;

        var mistake = Assert.Throws<UserInputException>(() => HuggingFaceCheckpoint.Open(made.Write(folder))).Diagnostics[0];

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.Equal(line, mistake.Span!.Value.Line);
        Assert.StartsWith(folder.Path, mistake.Span.Value.File, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(mistake.Remedy));
    }

    [Theory]
    [InlineData("config.json", "config.json")]
    [InlineData("tokenizer.json", "tokenizer.json")]
    [InlineData("model-00002-of-00003.safetensors", "which 'model.safetensors.index.json' names")]
    [InlineData("model.safetensors.index.json", "no 'model.safetensors' and no 'model.safetensors.index.json'")]
    public void What_is_missing_is_named_and_may_lie_on_another_machine(string file, string named)
    {
        using var folder = new TemporaryFolder();
        var path = new HandMadeCheckpoint(2, ties: true) { Files = 3 }.Write(folder);
        File.Delete(Path.Combine(path, file));

        foreach (var look in (Action[])[() => HuggingFaceCheckpoint.Open(path).Dispose(), () => HuggingFaceCheckpoint.FilesIn(path)])
        {
            var mistake = Assert.Throws<UserInputException>(look).Diagnostics[0];
            Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
            Assert.Equal("CMP6001", mistake.Code);
        }
    }

    [Theory]
    [InlineData("../other.safetensors")]
    [InlineData("config.json")]
    [InlineData("")]
    public void An_index_names_weights_of_its_folder_alone(string file)
    {
        using var folder = new TemporaryFolder();
        var path = new HandMadeCheckpoint(1, ties: true) { Files = 2 }.Write(folder);
        var index = Path.Combine(path, "model.safetensors.index.json");
        File.WriteAllText(
            index, File.ReadAllText(index).Replace("\"model-00002-of-00002.safetensors\"", $"\"{file}\"", StringComparison.Ordinal));

        var mistake = Assert.Throws<UserInputException>(() => HuggingFaceCheckpoint.Open(path)).Diagnostics[0];

        Assert.Contains("no safetensors file of the folder", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(index, mistake.Span!.Value.File);
    }

    [Fact]
    public void What_stands_twice_or_in_another_type_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = new HandMadeCheckpoint(1, ties: true) { Files = 2 }.Write(folder);
        var first = Path.Combine(path, "model-00001-of-00002.safetensors");
        File.Copy(first, first.Replace("00001-", "00002-", StringComparison.Ordinal), overwrite: true);
        Assert.Contains("is in 'model-00001-of-00002.safetensors', too", Refusal(path), StringComparison.Ordinal);

        path = new HandMadeCheckpoint(1, ties: true).Write(folder, "other");
        var weights = Path.Combine(path, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes.AsSpan().Replace((byte)'F', (byte)'I');
        File.WriteAllBytes(weights, bytes);
        Assert.Contains("is I32; F32, BF16 and F16 are read", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_or_broken_is_refused_with_its_name()
    {
        using var folder = new TemporaryFolder();
        var path = new HandMadeCheckpoint(2, ties: true).Write(folder);
        var weights = Path.Combine(path, "model.safetensors");
        var whole = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, whole[..^5]);
        Assert.Contains("truncated", Refusal(path), StringComparison.Ordinal);
        File.WriteAllBytes(weights, whole);
        File.AppendAllText(Path.Combine(path, "config.json"), "}");
        Assert.Contains("not valid JSON", Refusal(path), StringComparison.Ordinal);
    }

    private static string Refusal(string path) =>
        Assert.Throws<UserInputException>(() => HuggingFaceCheckpoint.Open(path)).Diagnostics[0].ToString();

    /// <summary>In the header, whose length stays by blanks.</summary>
    private static void Rename(string path, string from, string to)
    {
        var file = Path.Combine(path, "model.safetensors");
        var bytes = File.ReadAllBytes(file);
        var old = System.Text.Encoding.UTF8.GetBytes($"{from}\"");
        var renamed = System.Text.Encoding.UTF8.GetBytes($"{to}\"".PadRight(old.Length));
        renamed.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf(old)));
        File.WriteAllBytes(file, bytes);
    }
}
