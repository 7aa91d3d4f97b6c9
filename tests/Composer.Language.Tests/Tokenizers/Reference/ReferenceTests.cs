using System.Globalization;
using System.Text;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>Ours beside Hugging Face's own library, token for token.</summary>
public sealed class ReferenceTests : IDisposable
{
    private const ulong Seed = 20261126;

    private static readonly string[] Named =
    [
        "<|endoftext|>", "<|begin_of_text|>", "<|eot_id|>", "<|endofprompt|>", "<|reserved_special_token_1|>", "<|end_of_text|",
        "<|reserved_special_token_10|>", "<a>", "<a><b>", " <a> ", "</w>", "ing", " the ", "HELLO", "The", "World", "##", "<0x41>",
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Vocabularies =>
        [PublishedVocabularies.Gpt2, PublishedVocabularies.Cl100k, PublishedVocabularies.O200k, PublishedVocabularies.Llama3];

    public static TheoryData<string> Parts => [.. TokenizerParts.All.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void A_published_vocabulary_encodes_and_decodes_as_the_reference(string name)
    {
        ReferenceTokenizer.SkipUnlessHere();
        var ours = TokenizerFile.Load(PublishedVocabularies.Write(name, folder.Path));
        var written = PublishedVocabularies.WriteJson(ours, folder.Path);
        var count = Soak.IsOn ? 50_000 : 3_000;
        Compare(ours, written, count);
        var again = TokenizerFile.Load(written);
        Assert.Equal((ours.BosId, ours.EosId, ours.VocabularySize), (again.BosId, again.EosId, again.VocabularySize));
        Compare(again, written, count / 10);
        Soak.Report($"tokenizer-{name}", string.Create(CultureInfo.InvariantCulture, $"0 of {count:N0} texts differ, seed {Seed}"));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_part_does_what_it_does_in_the_reference(string name)
    {
        ReferenceTokenizer.SkipUnlessHere();
        var path = folder.Write("tokenizer.json", TokenizerParts.All[name].Json());
        Compare(TokenizerFile.Load(path), path, Soak.IsOn ? 2_000 : 50);
    }

    [Theory]
    [InlineData("Normalizer { \"type\": \"NFC\" }")]
    [InlineData("Normalizer { \"type\": \"NFKD\" }")]
    [InlineData("Normalizer { \"type\": \"Lowercase\" }")]
    [InlineData("Normalizer { \"type\": \"StripAccents\" }")]
    [InlineData("Punctuation, Removed")]
    [InlineData("Whitespace, then bytes")]
    [InlineData("Digits true")]
    [InlineData("Pattern 2:  ?\\w+")]
    [InlineData("Split by gpt-2's pattern")]
    [InlineData("Split by llama-3's pattern")]
    [InlineData("Split by o200k's pattern")]
    [InlineData("DeepSeek's sequence")]
    public void Every_character_is_of_the_reference_s_class(string name)
    {
        ReferenceTokenizer.SkipUnlessHere();
        var path = folder.Write("tokenizer.json", TokenizerParts.All[name].Json());
        var ours = TokenizerFile.Load(path);
        using var theirs = new ReferenceTokenizer(path);
        for (var codePoint = 1; codePoint < 0x32000; codePoint += Soak.IsOn ? 1 : 23)
        {
            if (Rune.IsValid(codePoint))
            {
                var c = new Rune(codePoint).ToString();
                CompareOne(ours, theirs, $"a{c}b{c}{c} {c}1{c}e\u0301{c}\u0327\u0301");
            }
        }
    }

    private static void Compare(BpeTokenizer ours, string path, int count)
    {
        using var theirs = new ReferenceTokenizer(path);
        var text = new AdversarialText(Seed, Named);
        for (var i = 0; i < count; i++)
        {
            CompareOne(ours, theirs, text.Next());
        }
    }

    private static void CompareOne(BpeTokenizer ours, ReferenceTokenizer theirs, string text)
    {
        List<int> tokens = [.. ours.SpecialsBefore];
        ours.Encode(text, tokens);
        tokens.AddRange(ours.SpecialsAfter);

        // Half a surrogate pair reaches the reference as UTF-8 brings it.
        var expected = theirs.Encode(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        Assert.True(expected.SequenceEqual(tokens), $"{AdversarialText.Escape(text)}: {Row(expected)} became {Row(tokens)} (seed {Seed})");
        if (tokens.Count > 0)
        {
            Assert.Equal(theirs.Decode(tokens), ours.Decode([.. tokens]));
        }
    }

    private static string Row(IEnumerable<int> tokens) => string.Join(' ', tokens);
}
