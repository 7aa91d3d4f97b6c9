using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Exchange.Gguf;
using Composer.Exchange.Tests.Foreign;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Exchange.Tests.Gguf;

/// <summary>Token ids of texts by llama.cpp's tokenizer, out of the file that we wrote, against ours.</summary>
public sealed class GgufTokenizerTests
{
    private static readonly PreTokenizer[] Known = [PreTokenizer.Gpt2, PreTokenizer.Llama3, PreTokenizer.Qwen2, PreTokenizer.O200k];

    public static TheoryData<string> Scanners => [.. Known.Select(scanner => scanner.Name), "bytes"];

    [LlamaCppTheory]
    [MemberData(nameof(Scanners))]
    public void A_text_has_the_same_tokens(string scanner)
    {
        using var folder = new TemporaryFolder();
        var file = scanner == "bytes" ? null : ExportedModels.WriteTokenizer(Known.First(s => s.Name == scanner), folder);
        using var model = Model(folder, file, 400);
        GgufExport.Write(model, folder["model.gguf"]);
        using var foreign = new LlamaCpp(folder["model.gguf"]);

        // Bytes have no names for their marks: in a text of theirs there are none.
        foreach (var text in Texts().Where(text => file is not null || !text.Contains('|', StringComparison.Ordinal)))
        {
            Assert.Equal(ExportedModels.Tokens(model.Tokenizer, text), foreign.Tokenize(text));
        }
    }

    [LlamaCppTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whether_a_whole_piece_is_a_token_first_goes_along(bool wholePieceFirst)
    {
        using var folder = new TemporaryFolder();

        // The merges make "ab" and "bc"; "abc" is a token that they do not reach.
        var json = File.ReadAllText(ExportedModels.WriteTokenizer(PreTokenizer.Llama3, folder, vocabulary: 258))
            .Replace("\"ignore_merges\": false", $"\"ignore_merges\": {(wholePieceFirst ? "true" : "false")}", StringComparison.Ordinal)
            .Replace("\"id\": 256", "\"id\": 258", StringComparison.Ordinal)
            .Replace("\"id\": 257", "\"id\": 259", StringComparison.Ordinal)
            .Replace("\"vocab\": {", "\"vocab\": { \"bc\": 256, \"abc\": 257,", StringComparison.Ordinal)
            .Replace("\"merges\": []", "\"merges\": [[\"b\", \"c\"]]", StringComparison.Ordinal);
        using var model = Model(folder, folder.Write("tokenizer.json", json), 260);
        GgufExport.Write(model, folder["model.gguf"]);
        using var foreign = new LlamaCpp(folder["model.gguf"]);

        Assert.Equal(wholePieceFirst ? 1 : 2, ExportedModels.Tokens(model.Tokenizer, "abc").Count);
        Assert.Equal(ExportedModels.Tokens(model.Tokenizer, "abc"), foreign.Tokenize("abc"));
    }

    [Theory]
    [InlineData("\"normalizer\": null", "\"normalizer\": { \"type\": \"NFC\" }", "the normalizer")]
    [InlineData("\"lstrip\": false", "\"lstrip\": true", "the added token '<|begin_of_text|>'")]
    [InlineData("\"add_prefix_space\": false", "\"add_prefix_space\": true", "the steps of cutting")]
    public void What_has_no_place_is_refused_by_name(string part, string other, string named)
    {
        using var folder = new TemporaryFolder();
        var json = File.ReadAllText(ExportedModels.WriteTokenizer(PreTokenizer.Gpt2, folder));
        Assert.Contains(part, json, StringComparison.Ordinal);
        using var model = Model(folder, folder.Write("tokenizer.json", json.Replace(part, other, StringComparison.Ordinal)), 320);

        var mistake = Assert.Throws<UserInputException>(() => GgufExport.Write(model, folder["model.gguf"])).Diagnostics[0];

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("--no-tokenizer", mistake.Remedy, StringComparison.Ordinal);
        GgufExport.Write(model, folder["model.gguf"], withTokenizer: false);
    }

    private static ExchangedModel Model(TemporaryFolder folder, string? tokenizer, int vocabulary) =>
        ExchangedModel.Open(ExportedModels.WriteWeights(ExportedModels.Configuration("A", vocabulary), folder), tokenizer);

    /// <summary>A plain text with marks in it, and random ones of pieces on which cutting is hard.</summary>
    private static IEnumerable<string> Texts()
    {
        string[] pieces =
        [
            "a", "B", "the", " ", "  ", "\n", "\r\n", "\t", "'s", "'LL", "1", "23", "4567",
            "é", "ß", "東", "🙂", ".", "?!", "-", "_", "\u00A0",
        ];
        yield return ExportedModels.Text;
        yield return $"<|begin_of_text|>{ExportedModels.Text}<|end_of_text|>";
        var rng = new Rng(new Seed((ulong)TestSeed.Of(3)));
        for (var i = 0; i < 300; i++)
        {
            var text = new StringBuilder();
            for (var n = rng.NextInt(1, 12); n > 0; n--)
            {
                text.Append(CultureInfo.InvariantCulture, $"{pieces[rng.NextInt(pieces.Length)]}");
            }

            yield return text.ToString();
        }
    }
}
