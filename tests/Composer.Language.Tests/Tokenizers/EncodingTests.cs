using System.Text;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Tests.Tokenizers.Reference;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tests.Tokenizers;

public sealed class EncodingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void No_character_of_a_text_is_altered()
    {
        var text = "a\u0085b\u2028c\u2029d\fe\vf\r\ng\rh\ni\u00A0j\u3000 \uFEFFk\0l\u200Bm e\u0301 é ﬁ Å  \t\t n\r\n\r\n";
        foreach (var scanner in PreTokenizer.All)
        {
            var tokenizer = BpeTrainer.Train(Stories(40), 400, scanner);
            Assert.Equal(text, tokenizer.Decode([.. Encode(tokenizer, text)]));
        }
    }

    [Fact]
    public void More_pieces_than_are_remembered_change_nothing()
    {
        var tokenizer = BpeTrainer.Train(Stories(40), 400, PreTokenizer.Gpt2);
        var random = new Rng(new Seed(4));
        string[] words = [.. Enumerable.Range(0, 90_000).Select(i => $" {(char)('a' + random.NextInt(26))}{random.NextInt(1 << 30)}ab{i}")];
        var whole = Encode(tokenizer, string.Concat(words));
        var again = Encode(tokenizer, string.Concat(words));
        var backwards = words.Reverse().SelectMany(w => Enumerable.Reverse(Encode(tokenizer, w))).Reverse();
        Assert.Equal(whole, again);
        Assert.Equal(whole, backwards);
    }

    [Fact]
    public void Threads_encode_alike()
    {
        var tokenizer = BpeTrainer.Train(Stories(40), 400, PreTokenizer.Llama3);
        var stories = Stories(200);
        var alone = stories.Select(s => Encode(tokenizer, s)).ToArray();
        var together = new List<int>[stories.Length];
        var eight = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        Parallel.For(0, stories.Length, eight, i => together[i] = Encode(tokenizer, stories[i]));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void An_added_token_in_the_text_is_that_token()
    {
        var tokenizer = BpeTrainer.Train(Stories(40), 400, PreTokenizer.Gpt2);
        Assert.Equal(
            [.. Encode(tokenizer, "a "), tokenizer.EosId, .. Encode(tokenizer, " b")], Encode(tokenizer, "a <|end_of_text|> b"));
        Assert.Equal("a  b", tokenizer.Decode([.. Encode(tokenizer, "a <|end_of_text|> b")]));
    }

    [Theory]
    [InlineData("Template, around")]
    [InlineData("Llama 2's normalizer")]
    [InlineData("DeepSeek's sequence")]
    [InlineData("Added tokens, flags 6")]
    public void A_file_is_saved_with_every_part_as_it_was_read(string part)
    {
        var json = TokenizerParts.All[part].Json();
        var read = TokenizerFile.Load(folder.Write("tokenizer.json", json));
        using var saved = new MemoryStream();
        TokenizerJson.Save(read, saved);
        Assert.Equal(json, Encoding.UTF8.GetString(saved.ToArray()));
    }

    [Fact]
    public void What_changes_tokens_changes_the_digest()
    {
        var plain = new SmallTokenizer();
        SmallTokenizer[] all =
        [
            plain,
            plain with { Normalizer = """{ "type": "NFC" }""" },
            plain with { Normalizer = """{ "type": "Prepend", "prepend": "x" }""" },
            plain with { PreTokenizer = SmallTokenizer.ByteLevel(prefix: true, regex: true) },
            plain with { PreTokenizer = SmallTokenizer.ByteLevel(prefix: false, regex: false) },
            plain with { Model = "\"ignore_merges\": true," },
            plain with { Model = "\"unk_token\": \"a\"," },
            plain with { OtherMerges = ["t h"] },
            plain with { Added = ["""{ "content": "<x>", "special": true }"""] },
            plain with { Added = ["""{ "content": "<x>", "special": true, "lstrip": true }"""] },
        ];
        var digests = all.Select(t => TokenizerFile.Load(folder.Write("tokenizer.json", t.Json())).ContentDigest).ToArray();
        Assert.Equal(digests.Length, digests.Distinct().Count());
        var other = plain with { Decoder = "null", PostProcessor = SmallTokenizer.ByteLevel(prefix: true, regex: true) };
        Assert.Equal(digests[0], TokenizerFile.Load(folder.Write("tokenizer.json", other.Json())).ContentDigest);
    }

    [Fact]
    public void A_byte_order_mark_before_the_json_is_read_over()
    {
        var path = Path.Combine(folder.Path, "tokenizer.json");
        File.WriteAllText(path, new SmallTokenizer().Json(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("the", TokenizerFile.Load(path).Decode([.. Encode(TokenizerFile.Load(path), "the")]));
    }

    private static string[] Stories(int count)
    {
        var stories = new StoriesCollection(new Seed(9), count);
        return [.. Enumerable.Range(0, count).Select(stories.Read)];
    }

    private static List<int> Encode(BpeTokenizer tokenizer, string text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        return tokens;
    }
}
