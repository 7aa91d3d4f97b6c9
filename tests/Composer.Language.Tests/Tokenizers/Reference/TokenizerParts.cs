using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>A small tokenizer for every part, and every setting of a part, that a tokenizer.json can have and we read.</summary>
internal static class TokenizerParts
{
    private const string ManyPieces =
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
        + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private const string Possessive =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
        + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";

    private const string Llama2Decoder = """
        { "type": "Sequence", "decoders": [
          { "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" }, { "type": "Fuse" },
          { "type": "Strip", "content": " ", "start": 1, "stop": 0 } ] }
        """;

    private static readonly string Bytes = SmallTokenizer.ByteLevel(prefix: false, regex: false);

    private static readonly string[] Behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

    private static readonly string[] Patterns =
    [
        "\\d+", "[A-Z]?[a-z]+|\\s", " ?\\w+", "(?i:the|a)b?", "\\s+(?!\\S)|\\s+", "\\p{Lu}", "\\p{N}{1,3}",
        "[^\\s\\p{L}\\p{N}]+[\\r\\n]*", "a+?b", "(?:ab)+",
        "[一-龥぀-ゟ゠-ヿ]+", "\\b", "^.", ".$", "x*", "[a-z&&[^aeiou]]+", "\\p{^L}", "(?>a|ab)c?", "\\r?\\n", "[\\p{L}\\p{M}]++",
        "(a|b|'s)(?=s)", "\\h{2}",
        ManyPieces, Possessive,
    ];

    /// <summary>By a name that says the part.</summary>
    public static IReadOnlyDictionary<string, SmallTokenizer> All { get; } = Build();

    private static Dictionary<string, SmallTokenizer> Build()
    {
        var all = new Dictionary<string, SmallTokenizer>();
        AddPreTokenizers(all);
        AddNormalizers(all);
        AddAddedTokens(all);
        AddModels(all);
        AddAround(all);
        return all;
    }

    private static void AddPreTokenizers(Dictionary<string, SmallTokenizer> all)
    {
        foreach (var (prefix, regex) in new[] { (false, true), (false, false), (true, true), (true, false) })
        {
            all.Add(
                $"ByteLevel, prefix {prefix}, regex {regex}",
                new SmallTokenizer { PreTokenizer = SmallTokenizer.ByteLevel(prefix, regex) });
        }

        all.Add("ByteLevel without use_regex", new SmallTokenizer
        {
            PreTokenizer = """{ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true }""",
        });
        foreach (var behavior in Behaviors)
        {
            foreach (var invert in new[] { "false", "true" })
            {
                all.Add($"Split text, {behavior}, invert {invert}", OfSteps(Split("String", "ab", behavior, invert)));
                all.Add($"Split pattern, {behavior}, invert {invert}", OfSteps(Split("Regex", "\\s?\\w", behavior, invert)));
                all.Add($"Split empty matches, {behavior}, invert {invert}", OfSteps(Split("Regex", "a*", behavior, invert)));
                all.Add(
                    $"Split known, {behavior}, invert {invert}",
                    OfSteps(Split("Regex", PreTokenizer.Llama3.Pattern, behavior, invert)));
            }

            all.Add($"Punctuation, {behavior}", OfSteps($$"""{ "type": "Punctuation", "behavior": "{{behavior}}" }"""));
        }

        foreach (var scanner in PreTokenizer.All)
        {
            all.Add($"Split by {scanner.Name}'s pattern", OfSteps(Split("Regex", scanner.Pattern, "Isolated", "false")));
            all.Add(
                $"Split by {scanner.Name}'s pattern, matched step by step",
                OfSteps(Split("Regex", $"(?:{scanner.Pattern})", "Isolated", "false")));
        }

        for (var i = 0; i < Patterns.Length; i++)
        {
            all.Add($"Pattern {i}: {Patterns[i]}", OfSteps(Split("Regex", Patterns[i], "Isolated", "false")));
        }

        foreach (var individual in new[] { "true", "false" })
        {
            all.Add($"Digits {individual}", OfSteps($$"""{ "type": "Digits", "individual_digits": {{individual}} }"""));
            all.Add($"Digits {individual} after bytes", new SmallTokenizer
            {
                OfCharacters = true,
                PreTokenizer = Sequence(Bytes, $$"""{ "type": "Digits", "individual_digits": {{individual}} }"""),
            });
        }

        string[] plain = ["Whitespace", "WhitespaceSplit", "BertPreTokenizer", "Punctuation"];
        foreach (var type in plain)
        {
            all.Add($"{type}", new SmallTokenizer { OfCharacters = true, PreTokenizer = $$"""{ "type": "{{type}}" }""", Decoder = "null" });
            all.Add($"{type}, then bytes", OfSteps($$"""{ "type": "{{type}}" }"""));
        }

        all.Add("CharDelimiterSplit", OfSteps("""{ "type": "CharDelimiterSplit", "delimiter": "a" }"""));
        all.Add("Sequences in a sequence", new SmallTokenizer
        {
            PreTokenizer = Sequence(
                Sequence("""{ "type": "WhitespaceSplit" }""", """{ "type": "Digits", "individual_digits": true }"""),
                SmallTokenizer.ByteLevel(prefix: true, regex: true)),
        });
        all.Add("DeepSeek's sequence", OfSteps(
            Split("Regex", "\\p{N}{1,3}", "Isolated", "false"),
            Split("Regex", "[一-龥぀-ゟ゠-ヿ]+", "Isolated", "false"),
            Split("Regex", ManyPieces, "Isolated", "false")));
        all.Add("No pre-tokenizer", new SmallTokenizer { OfCharacters = true, PreTokenizer = "null", Decoder = "null" });
        foreach (var scheme in new[] { "always", "first", "never" })
        {
            foreach (var split in new[] { true, false })
            {
                all.Add($"Metaspace {scheme}, split {split}", new SmallTokenizer
                {
                    OfCharacters = true,
                    PreTokenizer = Metaspace(scheme, split),
                    Decoder = Metaspace(scheme, split),
                });
            }
        }

        all.Add("Metaspace after a split", new SmallTokenizer
        {
            OfCharacters = true,
            PreTokenizer = Sequence("""{ "type": "Digits", "individual_digits": true }""", Metaspace("always", split: true)),
            Decoder = """{ "type": "Metaspace", "replacement": "▁" }""",
        });
    }

    private static void AddNormalizers(Dictionary<string, SmallTokenizer> all)
    {
        string[] normalizers =
        [
            """{ "type": "NFC" }""", """{ "type": "NFD" }""", """{ "type": "NFKC" }""", """{ "type": "NFKD" }""",
            """{ "type": "Lowercase" }""", """{ "type": "StripAccents" }""",
            """{ "type": "Strip", "strip_left": true, "strip_right": true }""",
            """{ "type": "Strip", "strip_left": true, "strip_right": false }""",
            """{ "type": "Strip", "strip_left": false, "strip_right": true }""",
            """{ "type": "Prepend", "prepend": "▁ " }""", """{ "type": "Replace", "pattern": { "String": "ab" }, "content": "BA" }""",
            """{ "type": "Replace", "pattern": { "Regex": " {2,}|\\t" }, "content": " " }""",
            """{ "type": "Replace", "pattern": { "Regex": "[aeiou]" }, "content": "" }""",
            """
            { "type": "Sequence", "normalizers": [ { "type": "NFD" }, { "type": "StripAccents" }, { "type": "Lowercase" },
              { "type": "Strip", "strip_left": true, "strip_right": true } ] }
            """,
        ];
        foreach (var normalizer in normalizers)
        {
            all.Add($"Normalizer {normalizer}", new SmallTokenizer { Normalizer = normalizer });
        }

        all.Add("Normalizer ByteLevel", new SmallTokenizer
        {
            Normalizer = """{ "type": "ByteLevel" }""",
            PreTokenizer = "null",
            Model = "\"unk_token\": \"a\",",
        });
        all.Add("Normalized added tokens", new SmallTokenizer
        {
            Normalizer = """{ "type": "Lowercase" }""",
            Added =
            [
                """{ "content": "HELLO", "normalized": true, "special": false, "single_word": false, "lstrip": false, "rstrip": false }""",
                """{ "content": "The", "normalized": true, "special": false, "single_word": true, "lstrip": false, "rstrip": false }""",
                """{ "content": "WORLD", "normalized": false, "special": false, "single_word": false, "lstrip": true, "rstrip": true }""",
            ],
        });
        all.Add("Llama 2's normalizer", new SmallTokenizer
        {
            OfCharacters = true,
            PreTokenizer = "null",
            Normalizer = """
                { "type": "Sequence", "normalizers": [ { "type": "Prepend", "prepend": "▁" },
                  { "type": "Replace", "pattern": { "String": " " }, "content": "▁" } ] }
                """,
            Tokens = [.. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")],
            Model = "\"byte_fallback\": true, \"fuse_unk\": true,",
            Decoder = Llama2Decoder,
            PostProcessor = Template("<|endoftext|>", after: false),
        });
    }

    private static void AddAddedTokens(Dictionary<string, SmallTokenizer> all)
    {
        foreach (var flags in Enumerable.Range(0, 16))
        {
            string Flag(int bit) => (flags & bit) != 0 ? "true" : "false";
            string Token(string content) => $$"""
                { "content": {{SmallTokenizer.Quote(content)}}, "single_word": {{Flag(1)}}, "lstrip": {{Flag(2)}}, "rstrip": {{Flag(4)}},
                  "normalized": {{Flag(8)}}, "special": {{(flags % 3 == 0 ? "true" : "false")}} }
                """;
            string[] added = [Token("<a>"), Token("<a><b>"), Token("ing"), Token("the"), Token("😀"), Token("  "), Token("\u0301")];
            all.Add($"Added tokens, flags {flags}", new SmallTokenizer { Added = added });
            all.Add($"Added tokens, flags {flags}, Metaspace", new SmallTokenizer
            {
                Added = added,
                OfCharacters = true,
                PreTokenizer = Metaspace("first", split: true),
                Decoder = Metaspace("first", split: true),
            });
        }
    }

    private static void AddModels(Dictionary<string, SmallTokenizer> all)
    {
        var space = """{ "type": "WhitespaceSplit" }""";
        string[] fallbacks = [.. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        foreach (var fuse in new[] { "true", "false" })
        {
            all.Add($"unk_token, fuse_unk {fuse}", new SmallTokenizer
            {
                OfCharacters = true,
                PreTokenizer = space,
                Model = $"\"fuse_unk\": {fuse},",
                Decoder = "null",
            });
            all.Add($"byte_fallback, fuse_unk {fuse}", new SmallTokenizer
            {
                OfCharacters = true,
                PreTokenizer = space,
                Model = $"\"byte_fallback\": true, \"fuse_unk\": {fuse},",
                Tokens = fallbacks,
                Decoder = Llama2Decoder,
            });
            all.Add($"byte_fallback with bytes missing, fuse_unk {fuse}", new SmallTokenizer
            {
                OfCharacters = true,
                PreTokenizer = space,
                Model = $"\"byte_fallback\": true, \"fuse_unk\": {fuse},",
                Tokens = fallbacks[..0xE0],
                Decoder = Llama2Decoder,
            });
        }

        all.Add("unk_token for bytes", new SmallTokenizer
        {
            Model = "\"unk_token\": \"<none>\",",
            Tokens = ["<none>"],
        });
        all.Add("end_of_word_suffix", new SmallTokenizer
        {
            Model = "\"unk_token\": \"<|endoftext|>\", \"end_of_word_suffix\": \"</w>\",",
            Tokens =
            [
                .. Enumerable.Range(0, 256).Select(b => ByteLevelAlphabet.Write([(byte)b]) + "</w>"),
                "<|endoftext|>", "the</w>", "ing</w>", "ng</w>",
            ],
            OtherMerges = ["t h", "th e</w>", "n g</w>", "i ng</w>", "h e", "l l", "1 2", "Ġ a"],
            Decoder = $$"""{ "type": "Sequence", "decoders": [ { "type": "BPEDecoder", "suffix": "</w>" }, {{Bytes}} ] }""",
        });
        all.Add("continuing_subword_prefix", new SmallTokenizer
        {
            OfCharacters = true,
            PreTokenizer = space,
            Model = "\"continuing_subword_prefix\": \"##\",",
            Tokens = ["##h", "##e", "##n", "##g", "##i", "##l", "the", "th", "##ng", "##ing", "##he"],
            OtherMerges = ["##n ##g", "##i ##ng", "t ##h", "th ##e", "##h ##e"],
            Decoder = "null",
        });
        foreach (var ignore in new[] { "true", "false" })
        {
            all.Add($"ignore_merges {ignore}", new SmallTokenizer
            {
                Model = $"\"ignore_merges\": {ignore},",
                Tokens = ["hello", "Ġworld", "12345", "ĠĠĠ", "WORLD", "Hello"],
            });
        }

        all.Add("No tokens for bytes that no UTF-8 has", new SmallTokenizer
        {
            MissingBytes = [0xC0, 0xC1, .. Enumerable.Range(0xF5, 11).Select(b => (byte)b)],
        });
        all.Add("Merges as pairs", new SmallTokenizer { MergesArePairs = true });
        all.Add("A merge twice", new SmallTokenizer { OtherMerges = ["a b", "t h", "th e", "h e", "b c", "a b", "e l", "th e", "el l"] });
    }

    private static void AddAround(Dictionary<string, SmallTokenizer> all)
    {
        all.Add("Template, in front", new SmallTokenizer { PostProcessor = Template("<|endoftext|>", after: false) });
        all.Add("Template, around", new SmallTokenizer { PostProcessor = Template("<|endoftext|>", after: true) });
        foreach (var type in new[] { "RobertaProcessing", "BertProcessing" })
        {
            var fields = type == "BertProcessing" ? "" : ", \"trim_offsets\": true, \"add_prefix_space\": false";
            all.Add(type, new SmallTokenizer
            {
                PostProcessor = $$"""{ "type": "{{type}}", "sep": ["b", 66], "cls": ["a", 65]{{fields}} }""",
            });
        }

        var bytes = SmallTokenizer.ByteLevel(prefix: true, regex: true);
        all.Add("Processor ByteLevel", new SmallTokenizer { PostProcessor = bytes });
        all.Add("Processor Sequence", new SmallTokenizer
        {
            PostProcessor = $$"""{ "type": "Sequence", "processors": [ {{bytes}}, {{Template("<|endoftext|>", after: false)}} ] }""",
        });
        all.Add("No decoder", new SmallTokenizer { Decoder = "null" });
        all.Add("Decoder Fuse and Replace", new SmallTokenizer
        {
            Decoder = """
                { "type": "Sequence", "decoders": [ { "type": "Fuse" },
                  { "type": "Replace", "pattern": { "Regex": "Ġ+" }, "content": "_" } ] }
                """,
        });
        all.Add("Decoder Strip", new SmallTokenizer
        {
            Decoder = """
                { "type": "Sequence", "decoders": [ { "type": "Fuse" }, { "type": "Strip", "content": "a", "start": 2, "stop": 0 } ] }
                """,
        });
    }

    private static SmallTokenizer OfSteps(params string[] steps) => new() { PreTokenizer = Sequence([.. steps, Bytes]) };

    private static string Sequence(params string[] steps) =>
        $$"""{ "type": "Sequence", "pretokenizers": [ {{string.Join(", ", steps)}} ] }""";

    private static string Metaspace(string scheme, bool split) => $$"""
        { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": {{SmallTokenizer.Flag(split)}} }
        """;

    private static string Split(string kind, string pattern, string behavior, string invert) => $$"""
        { "type": "Split", "pattern": { "{{kind}}": {{SmallTokenizer.Quote(pattern)}} }, "behavior": "{{behavior}}", "invert": {{invert}} }
        """;

    private static string Template(string token, bool after)
    {
        var special = $$"""{ "SpecialToken": { "id": "{{token}}", "type_id": 0 } }""";
        var text = """{ "Sequence": { "id": "A", "type_id": 0 } }""";
        return $$"""
            { "type": "TemplateProcessing", "single": [ {{special}}, {{text}}{{(after ? $", {special}" : "")}} ],
              "pair": [ {{text}}, { "Sequence": { "id": "B", "type_id": 1 } } ],
              "special_tokens": { "{{token}}": { "id": "{{token}}", "ids": [7], "tokens": ["{{token}}"] } } }
            """;
    }
}
