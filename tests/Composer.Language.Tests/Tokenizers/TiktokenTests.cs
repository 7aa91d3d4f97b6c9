using System.Text;
using Composer.Core.Diagnostics;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Tokenizers;

public sealed class TiktokenTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Ranks_merge_by_the_rank_of_the_result()
    {
        var tokenizer = Load(128_000, "he", "el", "lo", "hel", "hello");
        Assert.Equal([260], Encode(tokenizer, "hello"));
        // h e l l o y: he, then lo, before hel, whose rank is higher; then both make hello.
        Assert.Equal([260, 'y'], Encode(tokenizer, "helloy"));
        Assert.Equal([256, 'y'], Encode(tokenizer, "hey"));
    }

    [Theory]
    [InlineData(50_256, "1234", "camelCase|'s", 50_257, 50_256, 50_256)]
    [InlineData(100_256, "123|4", "camelCase|'s", 100_277, 100_257, 100_257)]
    [InlineData(128_000, "123|4", "camelCase|'s", 128_256, 128_000, 128_001)]
    [InlineData(199_998, "123|4", "camel|Case's", 200_019, 199_999, 199_999)]
    public void The_number_of_ranks_says_pattern_and_special_tokens(
        int ranks, string digits, string words, int vocabulary, int bos, int eos)
    {
        var tokenizer = Load(ranks, "123", "1234", "camel", "Case", "camelCase", "Case's", "'s");
        Assert.Equal(digits, Pieces(tokenizer, "1234"));
        Assert.Equal(words, Pieces(tokenizer, "camelCase's"));
        Assert.Equal((vocabulary, bos, eos), (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId));
    }

    [Fact]
    public void Llama_3_puts_its_begin_of_text_in_front_and_keeps_that_on_saving()
    {
        var tokenizer = Load(128_000);
        Assert.Equal([128_000], tokenizer.SpecialsBefore);
        Assert.Equal([128_000], Saved(tokenizer).SpecialsBefore);
        Assert.Empty(Load(199_998).SpecialsBefore);
    }

    [Theory]
    [InlineData(50_256)]
    [InlineData(100_256)]
    [InlineData(128_000)]
    [InlineData(199_998)]
    public void A_saved_one_keeps_every_id(int ranks)
    {
        var tokenizer = Load(ranks, "he", "hello");
        var saved = Saved(tokenizer);
        Assert.Equal(
            (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId), (saved.VocabularySize, saved.BosId, saved.EosId));
        foreach (var text in new[] { "hello he", "<|endoftext|>", "a<|end_of_text|>b", "<|endofprompt|>", "<|fim_middle|>" })
        {
            Assert.Equal(Encode(tokenizer, text), Encode(saved, text));
        }
    }

    [Theory]
    [InlineData("IQ== 0\nIg== 2\n", "without a gap")]
    [InlineData("IQ== 0\nnonsense\n", "line 2")]
    [InlineData("IQ== 0\nIg== 0\n", "line 2")]
    [InlineData("", "without a gap")]
    public void A_broken_file_is_a_diagnostic(string content, string part)
    {
        var exception = Assert.Throws<UserInputException>(() => TokenizerFile.Load(folder.Write("tokenizer.model", content)));
        Assert.Equal("CMP6002", exception.Diagnostics[0].Code);
        Assert.Contains(part, exception.Diagnostics[0].Message);
    }

    [Fact]
    public void A_number_of_ranks_that_is_of_no_known_vocabulary_is_refused_with_those_that_are()
    {
        var diagnostic = Assert.Throws<UserInputException>(() => Load(256)).Diagnostics[0];
        Assert.Contains("256 ranks", diagnostic.Message);
        Assert.Contains("o200k (199,998)", diagnostic.Remedy);
    }

    [Fact]
    public void A_SentencePiece_model_is_refused_by_name()
    {
        var path = folder.Write("tokenizer.model", "\n\u000e\n\u0005<unk>");
        Assert.Contains("SentencePiece", Assert.Throws<UserInputException>(() => TokenizerFile.Load(path)).Diagnostics[0].Message);
    }

    private static List<int> Encode(BpeTokenizer tokenizer, string text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        return tokens;
    }

    private static string Pieces(BpeTokenizer tokenizer, string text) =>
        string.Join('|', Encode(tokenizer, text).Select(t => tokenizer.Decode([t])));

    private BpeTokenizer Saved(BpeTokenizer tokenizer)
    {
        var path = Path.Combine(folder.Path, "tokenizer.json");
        using (var stream = File.Create(path))
        {
            TokenizerJson.Save(tokenizer, stream);
        }

        return TokenizerFile.Load(path);
    }

    /// <summary>All bytes, the tokens, and then fillers of three bytes that no UTF-8 has, up to a number of ranks.</summary>
    private BpeTokenizer Load(int ranks, params string[] tokens)
    {
        var fillers = from first in new byte[] { 0xFF, 0xFE, 0xFD, 0xFC }
                      from second in Enumerable.Range(0, 256)
                      from third in Enumerable.Range(0, 256)
                      select new[] { first, (byte)second, (byte)third };
        var all = Enumerable.Range(0, 256).Select(b => new[] { (byte)b }).Concat(tokens.Select(Encoding.UTF8.GetBytes)).Concat(fillers);
        var lines = all.Take(ranks).Select((bytes, rank) => $"{Convert.ToBase64String(bytes)} {rank}\n");
        return TokenizerFile.Load(folder.Write("tokenizer.model", string.Concat(lines)));
    }
}
