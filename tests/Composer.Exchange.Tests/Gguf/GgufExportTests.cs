using Composer.Core.Diagnostics;
using Composer.Exchange.Gguf;
using Composer.Exchange.Tests.Foreign;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Exchange.Tests.Gguf;

/// <summary>What we write, computed by llama.cpp, against what we compute.</summary>
public sealed class GgufExportTests(ITestOutputHelper output)
{
    /// <summary>Composite and Llama orders, stretched ones, beginnings and ends that fuse with nothing.</summary>
    public static TheoryData<string, string> Orders => new()
    {
        { "AMAMAM", "llama" },
        { "AAMMMMAAMMMM", "deci" },
        { "AAAAMMMMMMMMMAAAAMMMMM", "deci" },
        { "MAMMA", "deci" },
        { "MMA", "deci" },
        { "AAA", "deci" },
        { "MM", "deci" },
    };

    /// <summary>With Mamba-2, which a folder for transformers has no place for.</summary>
    public static TheoryData<string, string> Recurrent => new()
    {
        { "SMSMAM", "granitehybrid" },
        { "SSA", "granitehybrid" },
        { "MSAMMS", "granitehybrid" },
        { "SM", "granitehybrid" },
    };

    [LlamaCppTheory]
    [MemberData(nameof(Orders))]
    [MemberData(nameof(Recurrent))]
    public void A_foreign_engine_computes_the_same_logits(string layers, string architecture)
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder);
        using var model = ExchangedModel.Open(weights, null);
        GgufExport.Write(model, folder["model.gguf"]);
        var tokens = ExportedModels.Tokens(model.Tokenizer)[..40];

        using var foreign = new LlamaCpp(folder["model.gguf"]);
        var difference = ExportedModels.Difference(ExportedModels.Logits(weights, tokens), foreign.Logits(tokens));

        output.WriteLine($"GGUF {architecture} {layers}: largest difference {difference:e1}");
        Assert.Equal(architecture, foreign.Metadata("general.architecture"));
        Assert.True(difference < 1e-4, $"{difference}");
    }

    [LlamaCppTheory]
    [InlineData("AMAM", true)]
    [InlineData("MAAM", false)]
    public void Scaled_rotations_and_an_output_projection_of_its_own_go_along(string layers, bool ties)
    {
        using var folder = new TemporaryFolder();
        var configuration = ExportedModels.Configuration(layers, 258) with
        {
            RopeTheta = 100,
            RopeScaling = new(8, 1, 4, 40),
            TiesEmbedding = ties,
            NormEpsilon = 1e-6f,
        };
        var weights = ExportedModels.WriteWeights(configuration, folder);
        using var model = ExchangedModel.Open(weights, null);
        GgufExport.Write(model, folder["model.gguf"]);
        var tokens = ExportedModels.Tokens(model.Tokenizer)[..60];

        using var foreign = new LlamaCpp(folder["model.gguf"]);
        var ours = ExportedModels.Logits(weights, tokens);
        var difference = ExportedModels.Difference(ours, foreign.Logits(tokens));

        output.WriteLine($"GGUF {layers}, Llama 3's rope scaling, tied {ties}: largest difference {difference:e1}");
        Assert.True(difference < 1e-4, $"{difference}");
        using var other = new TemporaryFolder();
        var unscaled = ExportedModels.WriteWeights(configuration with { RopeScaling = null }, other);
        Assert.True(ExportedModels.Difference(ours, ExportedModels.Logits(unscaled, tokens)) > 1e-2, "the scaling would change nothing");
    }

    [LlamaCppTheory]
    [InlineData("AMAM")]
    [InlineData("MMAAM")]
    public void A_text_has_the_same_perplexity_and_a_prompt_the_same_answer(string layers)
    {
        using var folder = new TemporaryFolder();
        var tokenizer = ExportedModels.WriteTokenizer(PreTokenizer.Gpt2, folder);
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 320), folder);
        using var model = ExchangedModel.Open(weights, tokenizer);
        GgufExport.Write(model, folder["model.gguf"]);
        using var foreign = new LlamaCpp(folder["model.gguf"], 128);

        var tokens = foreign.Tokenize(ExportedModels.Text);
        var (ours, theirs) = (Perplexity(ExportedModels.Logits(weights, tokens), tokens), Perplexity(foreign.Logits(tokens), tokens));
        var answer = ExportedModels.Answer(weights, tokens[..12], 24);

        output.WriteLine($"GGUF {layers}: perplexity {ours:g6} and {theirs:g6}; 24 tokens of an answer");
        Assert.Equal(1, theirs / ours, 1e-3);
        Assert.Equal(answer, foreign.Answer(tokens[..12], 24));
        Assert.True(answer.Distinct().Count() > 2, "an answer that says nothing");
    }

    [LlamaCppTheory]
    [InlineData(NumberType.BF16)]
    [InlineData(NumberType.F16)]
    public void Fewer_bits_say_what_they_lose_and_are_what_a_foreign_engine_reads(NumberType type)
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration("AMA", 258), folder);
        using var model = ExchangedModel.Open(weights, null);

        var said = GgufExport.Write(model, folder["model.gguf"], type);

        Assert.Contains(said, line => line.StartsWith($"{type}: ", StringComparison.Ordinal) && line.Contains("rounded, by at most"));
        var tokens = ExportedModels.Tokens(model.Tokenizer)[..20];
        using var foreign = new LlamaCpp(folder["model.gguf"]);
        var ours = ExportedModels.Logits(weights, tokens);
        var difference = ExportedModels.Difference(ours, foreign.Logits(tokens));
        Assert.InRange(difference, 1e-6, .05 * ours.Max(row => row.Max(Math.Abs)));
    }

    [LlamaCppFact]
    public void Without_a_tokenizer_a_model_takes_token_ids()
    {
        using var folder = new TemporaryFolder();
        var weights = ExportedModels.WriteWeights(ExportedModels.Configuration("AMM", 258), folder);
        using var model = ExchangedModel.Open(weights, null);

        var said = GgufExport.Write(model, folder["model.gguf"], withTokenizer: false);

        Assert.Contains(said, line => line.Contains("Without a tokenizer", StringComparison.Ordinal));
        using var foreign = new LlamaCpp(folder["model.gguf"]);
        Assert.True(ExportedModels.Difference(ExportedModels.Logits(weights, [1, 2, 3]), foreign.Logits([1, 2, 3])) < 1e-4);
    }

    [Fact]
    public void A_recurrent_layer_of_another_width_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var configuration = ExportedModels.Configuration("SM", 258);
        var narrow = configuration with
        {
            Shape = configuration.Shape with { Options = configuration.Shape.Options!.With('S', "inner", 48) },
        };
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(narrow, folder), null);

        var mistake = Assert.Throws<UserInputException>(() => GgufExport.Write(model, folder["model.gguf"])).Diagnostics[0];

        Assert.Contains("inner width 2 · dim (64) alone, this one's is 48", mistake.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["model.gguf"]));
    }

    [Theory]
    [InlineData("AWM", "W (sliding-window attention)")]
    [InlineData("SWM", "W (sliding-window attention)")]
    [InlineData("ACM", "C (gated short convolution)")]
    [InlineData("SMGM", "G (gated DeltaNet)")]
    [InlineData("AESM", "E (mixture of SwiGLU experts)")]
    public void A_primitive_without_a_place_is_refused_by_name(string layers, string named)
    {
        using var folder = new TemporaryFolder();
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration(layers, 258), folder), null);

        var mistake = Assert.Throws<UserInputException>(() => GgufExport.Write(model, folder["model.gguf"])).Diagnostics[0];

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.NotNull(mistake.Remedy);
        Assert.False(File.Exists(folder["model.gguf"]));
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        using var model = ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration("AM", 258), folder), null);
        folder.Write("model.gguf", "mine");

        Assert.Throws<UserInputException>(() => GgufExport.Write(model, folder["model.gguf"]));

        Assert.Equal("mine", File.ReadAllText(folder["model.gguf"]));
    }

    private static double Perplexity(float[][] logits, IReadOnlyList<int> tokens)
    {
        var sum = 0.0;
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var greatest = logits[i].Max();
            sum += greatest + Math.Log(logits[i].Sum(logit => Math.Exp(logit - greatest))) - logits[i][tokens[i + 1]];
        }

        return Math.Exp(sum / (tokens.Count - 1));
    }
}
