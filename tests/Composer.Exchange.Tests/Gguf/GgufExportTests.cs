using Composer.Exchange.Gguf;
using Composer.Exchange.Tests.Foreign;

namespace Composer.Exchange.Tests.Gguf;

/// <summary>What we write, computed by llama.cpp, against what we compute.</summary>
public sealed class GgufExportTests(ITestOutputHelper output)
{
    [LlamaCppTheory]
    [InlineData("AMAMAM", "llama")]
    [InlineData("AAMMMMAAMMMM", "deci")]
    [InlineData("AAAAMMMMMMMMMAAAAMMMMM", "deci")]
    [InlineData("MAMMA", "deci")]
    [InlineData("MMA", "deci")]
    [InlineData("AAA", "deci")]
    [InlineData("MM", "deci")]
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
}
