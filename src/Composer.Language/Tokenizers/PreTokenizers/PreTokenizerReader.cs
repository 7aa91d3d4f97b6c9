using System.Text.Json;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Reads the part <c>pre_tokenizer</c> of a tokenizer.json into steps, sequences within sequences laid out flat.</summary>
internal static class PreTokenizerReader
{
    /// <exception cref="TokenizerPartException">It is of a kind, or has a pattern, that is not implemented.</exception>
    public static IReadOnlyList<PreTokenizerStep> Read(JsonElement json)
    {
        JsonElement[] parts = [.. Flat(json)];
        return [.. parts.SelectMany((part, i) => Step(part, isLast: i == parts.Length - 1))];
    }

    private static IEnumerable<JsonElement> Flat(JsonElement json) => json.GetProperty("type").GetString() == "Sequence"
        ? json.GetProperty("pretokenizers").EnumerateArray().SelectMany(Flat)
        : [json];

    private static PreTokenizerStep[] Step(JsonElement json, bool isLast)
    {
        var type = json.GetProperty("type").GetString()!;
        return type switch
        {
            "ByteLevel" => [new ByteLevelStep(Flag(json, "add_prefix_space", true), Flag(json, "use_regex", true), isLast)],
            "Split" =>
            [
                new SplitStep(
                    MatcherReader.Describe(json), MatcherOf(json), Behavior(json, null), Flag(json, "invert", false)),
            ],
            "Digits" =>
            [
                new SplitStep(
                    type,
                    new CharacterMatcher(WordCharacters.IsNumber),
                    Flag(json, "individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
            ],
            "Punctuation" =>
                [new SplitStep(type, new CharacterMatcher(WordCharacters.IsPunctuation), Behavior(json, SplitBehavior.Isolated))],
            "Whitespace" => [new SplitStep(type, new WordMatcher(), SplitBehavior.Removed, isInverted: true)],
            "WhitespaceSplit" => [WhiteSpaceRemoved()],
            "BertPreTokenizer" =>
            [
                WhiteSpaceRemoved(),
                new SplitStep("punctuation", new CharacterMatcher(WordCharacters.IsPunctuation), SplitBehavior.Isolated),
            ],
            "CharDelimiterSplit" =>
                [new SplitStep(Character(json, "delimiter"), new LiteralMatcher(Character(json, "delimiter")), SplitBehavior.Removed)],
            "Metaspace" => [Metaspace(json)],
            _ => throw new TokenizerPartException($"its pre-tokenizer '{type}' is not implemented"),
        };
    }

    private static SplitStep WhiteSpaceRemoved() =>
        new("white space", new CharacterMatcher(WordCharacters.IsSpace), SplitBehavior.Removed);

    /// <summary>A scanner where the pattern is a known one.</summary>
    private static ITextMatcher MatcherOf(JsonElement json) =>
        json.GetProperty("pattern").TryGetProperty("Regex", out var regex)
        && PreTokenizer.All.FirstOrDefault(p => p.Pattern == regex.GetString()) is { } known
            ? new ScannerMatcher(known)
            : MatcherReader.Read(json);

    private static SplitBehavior Behavior(JsonElement json, SplitBehavior? fallback) =>
        !json.TryGetProperty("behavior", out var value) && fallback is { } known ? known
        : Enum.TryParse<SplitBehavior>(json.GetProperty("behavior").GetString(), out var behavior) ? behavior
        : throw new TokenizerPartException($"its split behaviour '{value}' is none that there is");

    private static MetaspaceStep Metaspace(JsonElement json)
    {
        var scheme = !json.TryGetProperty("prepend_scheme", out var value) ? PrependScheme.Always
            : value.GetString() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                var other => throw new TokenizerPartException($"its prepend_scheme '{other}' is none that there is"),
            };
        return !Flag(json, "add_prefix_space", true) && scheme != PrependScheme.Never
            ? throw new TokenizerPartException("its add_prefix_space and prepend_scheme contradict each other")
            : new MetaspaceStep(Character(json, "replacement"), scheme, Flag(json, "split", true));
    }

    private static string Character(JsonElement json, string name)
    {
        var text = json.GetProperty(name).GetString()!;
        return text.EnumerateRunes().Count() == 1 ? text : throw new TokenizerPartException($"its {name} is not one character");
    }

    private static bool Flag(JsonElement json, string name, bool fallback) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetBoolean() : fallback;
}
