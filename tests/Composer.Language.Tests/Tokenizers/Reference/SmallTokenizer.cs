using System.Text.Json;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>A small tokenizer.json, part by part; what is not set is as plain as it can be.</summary>
internal sealed record SmallTokenizer
{
    private static readonly string[] Merges =
    [
        "t h", "th e", "Ġ the", "Ġ a", "i n", "in g", "1 2", "Ġ Ġ", "ĠĠ ĠĠ", "h e", "l l", "e r", "' s", "Ã ©", "a b", "ab a", "- -",
        "e l", "el l",
        "H ell", "Ċ Ċ", "ðŁ ĺ", "ð Ł", "ðŁĺ Ģ", "Ä ł", "ä ł",
    ];

    private const string EndOfText =
        """{ "content": "<|endoftext|>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true }""";

    private static readonly string[] CharacterMerges =
        ["t h", "th e", "▁ the", "▁ a", "i n", "in g", "1 2", "▁ ▁", "h e", "l l", "e l", "el l", "H ell", "a b", "é é", "- -", "▁▁ ▁▁"];

    public string Normalizer { get; init; } = "null";

    public string PreTokenizer { get; init; } = ByteLevel(prefix: false, regex: true);

    public string PostProcessor { get; init; } = "null";

    public string Decoder { get; init; } = ByteLevel(prefix: true, regex: true);

    /// <summary>More of the model's fields, each with a comma behind.</summary>
    public string Model { get; init; } = "";

    /// <summary>Added tokens beside the end of text, without their ids, which are given to them as the reference does.</summary>
    public string[] Added { get; init; } = [];

    /// <summary>Whether the vocabulary is of characters, with an unknown token, and not of bytes.</summary>
    public bool OfCharacters { get; init; }

    /// <summary>More tokens of the vocabulary.</summary>
    public string[] Tokens { get; init; } = [];

    /// <summary>Bytes that no token stands for.</summary>
    public byte[] MissingBytes { get; init; } = [];

    /// <summary>Other merges than usual.</summary>
    public string[]? OtherMerges { get; init; }

    /// <summary>Whether merges are written as pairs.</summary>
    public bool MergesArePairs { get; init; }

    public string Json()
    {
        var merges = OtherMerges ?? (OfCharacters ? CharacterMerges : Merges);
        var alphabet = OfCharacters
            ? [.. Enumerable.Range(' ', 95).Select(c => ((char)c).ToString()), "▁", "é", "漢", "字", "<unk>", "\n", "😀"]
            : Enumerable.Range(0, 256).Where(b => !MissingBytes.Contains((byte)b)).Select(b => ByteLevelAlphabet.Write([(byte)b]));
        string[] vocabulary =
        [
            .. alphabet.Concat(merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal))).Concat(Tokens).Distinct(),
        ];
        var added = new List<string>();
        var next = vocabulary.Length;
        foreach (var token in Added.Prepend(EndOfText))
        {
            var content = JsonDocument.Parse(token).RootElement.GetProperty("content").GetString();
            var known = Array.IndexOf(vocabulary, content);
            added.Add($$"""{ "id": {{(known >= 0 ? known : next++)}}, {{token.Trim()[1..]}}""");
        }

        var unknown = OfCharacters ? "\"unk_token\": \"<unk>\"," : "\"unk_token\": null,";
        var pairs = merges.Select(m => MergesArePairs ? $"[{string.Join(", ", m.Split(' ').Select(Quote))}]" : Quote(m));
        return $$"""
            {
              "version": "1.0", "truncation": null, "padding": null,
              "added_tokens": [{{string.Join(", ", added)}}],
              "normalizer": {{Normalizer}},
              "pre_tokenizer": {{PreTokenizer}},
              "post_processor": {{PostProcessor}},
              "decoder": {{Decoder}},
              "model": { "type": "BPE", {{(Model.Contains("unk_token") ? "" : unknown)}} {{Model}}
                "vocab": { {{string.Join(", ", vocabulary.Select((t, i) => $"{Quote(t)}: {i}"))}} },
                "merges": [{{string.Join(", ", pairs)}}] }
            }
            """;
    }

    public static string ByteLevel(bool prefix, bool regex) => $$"""
        { "type": "ByteLevel", "add_prefix_space": {{Flag(prefix)}}, "trim_offsets": true, "use_regex": {{Flag(regex)}} }
        """;

    public static string Flag(bool value) => value ? "true" : "false";

    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
