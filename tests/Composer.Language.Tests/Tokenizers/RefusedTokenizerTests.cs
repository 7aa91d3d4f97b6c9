using Composer.Core.Diagnostics;
using Composer.Language.Tests.Tokenizers.Reference;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Tokenizers;

public sealed class RefusedTokenizerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string> Refused => new()
    {
        { "the model 'Unigram'", "its model 'Unigram' is not BPE" },
        { "dropout", "its model has a dropout" },
        { "a normalizer", "its normalizer 'Precompiled' is not implemented" },
        { "a normalizer within a sequence", "its normalizer 'BertNormalizer' is not implemented" },
        { "a pre-tokenizer", "its pre-tokenizer 'UnicodeScripts' is not implemented" },
        { "a post-processor", "its post_processor 'Other' is not implemented" },
        { "a template without the text", "has the text not once" },
        { "a decoder", "its decoder 'CTC' is not implemented" },
        { "a look behind", "the group '(?<='" },
        { "a script", "the property '\\p{Han}'" },
        { "a reference back", "'\\1'" },
        { "case beyond ASCII", "beyond ASCII without regard to case" },
        { "case that folds two characters", "'st' without regard to case" },
        { "a pattern that ends too soon", "a '(' without its ')'" },
        { "an endless repetition", "an endless repetition of what can match nothing" },
        { "an empty text", "its pattern is an empty text" },
        { "a behaviour", "its split behaviour 'Sometimes' is none that there is" },
        { "a byte without a token", "a token 'a' for the byte 0x61, which would vanish" },
        { "a suffix without its tokens", "</w>' for the byte 0x00, which would vanish" },
        { "characters without an unknown token", "neither an unk_token nor byte_fallback" },
        { "an unknown token that is none", "its unk_token '<none>' is not in its vocabulary" },
        { "an added token's id", "which Hugging Face's tokenizers does not keep" },
        { "no mark", "no added token marks where a document begins or ends" },
        { "a merge of nothing", "its merge 0 ('q q') is not of two tokens into a third" },
        { "two tokens of one id", "have one id, 0" },
        { "a metaspace in the wrong place", "comes after what changes where the text begins" },
        { "a metaspace that contradicts itself", "contradict each other" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_as_in_the_reference_is_refused_by_name(string what, string part)
    {
        var path = folder.Write("tokenizer.json", Of(what));
        var diagnostic = Assert.Throws<UserInputException>(() => TokenizerFile.Load(path)).Diagnostics[0];
        Assert.Equal("CMP6002", diagnostic.Code);
        Assert.Contains(part, diagnostic.Message);
        Assert.Equal(path, diagnostic.Span?.File);
    }

    [Theory]
    [InlineData("{ \"model\": {", "CMP6003")]
    [InlineData("{}", "CMP6002")]
    [InlineData("{ \"model\": { \"type\": \"BPE\" } }", "CMP6002")]
    [InlineData("{ \"model\": { \"type\": 3 } }", "CMP6002")]
    [InlineData("{ \"model\": { \"type\": \"BPE\", \"vocab\": { \"a\": \"x\" }, \"merges\": [] } }", "CMP6002")]
    [InlineData("{ \"model\": { \"type\": \"BPE\", \"vocab\": { \"a\": 99999999 }, \"merges\": [] } }", "CMP6002")]
    [InlineData("[]", "CMP6002")]
    public void A_broken_file_is_a_diagnostic(string content, string code)
    {
        var path = folder.Write("tokenizer.json", content);
        Assert.Equal(code, Assert.Throws<UserInputException>(() => TokenizerFile.Load(path)).Diagnostics[0].Code);
    }

    private static string Of(string what)
    {
        var plain = new SmallTokenizer();
        return what switch
        {
            "the model 'Unigram'" => plain.Json().Replace("\"BPE\"", "\"Unigram\"", StringComparison.Ordinal),
            "dropout" => (plain with { Model = "\"dropout\": 0.1," }).Json(),
            "a normalizer" => (plain with { Normalizer = """{ "type": "Precompiled", "precompiled_charsmap": "" }""" }).Json(),
            "a normalizer within a sequence" => (plain with
            {
                Normalizer = """{ "type": "Sequence", "normalizers": [ { "type": "NFC" }, { "type": "BertNormalizer" } ] }""",
            }).Json(),
            "a pre-tokenizer" => (plain with { PreTokenizer = """{ "type": "UnicodeScripts" }""" }).Json(),
            "a post-processor" => (plain with { PostProcessor = """{ "type": "Other" }""" }).Json(),
            "a template without the text" => (plain with
            {
                PostProcessor = """{ "type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {} }""",
            }).Json(),
            "a decoder" => (plain with { Decoder = """{ "type": "CTC" }""" }).Json(),
            "a look behind" => Split("(?<=a)b"),
            "a script" => Split("\\p{Han}+"),
            "a reference back" => Split("(a)\\1"),
            "case beyond ASCII" => Split("(?i:é)"),
            "case that folds two characters" => Split("(?i:st)"),
            "a pattern that ends too soon" => Split("(a"),
            "an endless repetition" => Split("(a*)*"),
            "an empty text" => Split("").Replace("\"Regex\"", "\"String\"", StringComparison.Ordinal),
            "a behaviour" => Split("a").Replace("Isolated", "Sometimes", StringComparison.Ordinal),
            "a byte without a token" => (plain with { MissingBytes = [0xC0, (byte)'a'], OtherMerges = [] }).Json(),
            "a suffix without its tokens" => (plain with { Model = "\"end_of_word_suffix\": \"</w>\"," }).Json(),
            "characters without an unknown token" =>
                (plain with { OfCharacters = true, PreTokenizer = "null", Model = "\"unk_token\": null," }).Json(),
            "an unknown token that is none" => (plain with { Model = "\"unk_token\": \"<none>\"," }).Json(),
            "an added token's id" => plain.Json().Replace("[{ \"id\": ", "[{ \"id\": 1", StringComparison.Ordinal),
            "no mark" => plain.Json().Replace("<|endoftext|>", "<|im_start|>", StringComparison.Ordinal),
            "a merge of nothing" =>
                (plain with { OtherMerges = ["q q"] }).Json().Replace("\"qq\": ", "\"qqqq\": ", StringComparison.Ordinal),
            "two tokens of one id" => plain.Json().Replace("\"vocab\": {", "\"vocab\": { \"other\": 0,", StringComparison.Ordinal),
            "a metaspace in the wrong place" => (plain with
            {
                OfCharacters = true,
                PreTokenizer = """
                    { "type": "Sequence", "pretokenizers": [ { "type": "WhitespaceSplit" },
                      { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first" } ] }
                    """,
            }).Json(),
            "a metaspace that contradicts itself" => (plain with
            {
                OfCharacters = true,
                PreTokenizer = """{ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "add_prefix_space": false }""",
            }).Json(),
            _ => throw new ArgumentException(what, nameof(what)),
        };
    }

    private static string Split(string pattern) => new SmallTokenizer
    {
        PreTokenizer = $$"""
            { "type": "Sequence", "pretokenizers": [
              { "type": "Split", "pattern": { "Regex": {{SmallTokenizer.Quote(pattern)}} }, "behavior": "Isolated", "invert": false },
              {{SmallTokenizer.ByteLevel(prefix: false, regex: false)}} ] }
            """,
    }.Json();
}
