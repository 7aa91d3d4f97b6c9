using System.Text;
using System.Text.Json;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>Reads the part <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <exception cref="TokenizerPartException">It is of a kind, or has a pattern, that is not implemented.</exception>
    public static TextNormalizer Read(JsonElement json)
    {
        var type = json.GetProperty("type").GetString()!;
        return type switch
        {
            "Sequence" => new NormalizerSequence([.. json.GetProperty("normalizers").EnumerateArray().Select(Read)]),
            "NFC" => Form(type, NormalizationForm.FormC),
            "NFD" => Form(type, NormalizationForm.FormD),
            "NFKC" => Form(type, NormalizationForm.FormKC),
            "NFKD" => Form(type, NormalizationForm.FormKD),
            "Lowercase" => new FunctionNormalizer(type, Lowercase),
            "Strip" => Strip(json.GetProperty("strip_left").GetBoolean(), json.GetProperty("strip_right").GetBoolean()),
            "StripAccents" => new FunctionNormalizer(type, text => Filter(text, c => !WordCharacters.IsMark(c)), movesStart: true),
            "Prepend" => Prepend(json.GetProperty("prepend").GetString()!),
            "Replace" => new ReplaceNormalizer(
                MatcherReader.Describe(json), MatcherReader.Read(json), json.GetProperty("content").GetString()!),
            "ByteLevel" => new FunctionNormalizer(type, text => ByteLevelAlphabet.Write(Encoding.UTF8.GetBytes(text))),
            _ => throw new TokenizerPartException($"its normalizer '{type}' is not implemented"),
        };
    }

    private static FunctionNormalizer Form(string name, NormalizationForm form) =>
        new(name, text => UnicodeForms.Normalize(text, form));

    private static FunctionNormalizer Prepend(string what) =>
        new($"prepend({what})", text => text.Length == 0 ? text : what + text);

    private static FunctionNormalizer Strip(bool left, bool right) => new(
        $"strip({left}, {right})",
        text =>
        {
            var start = 0;
            while (left && start < text.Length && char.IsWhiteSpace(text[start]))
            {
                start++;
            }

            var end = text.Length;
            while (right && end > start && char.IsWhiteSpace(text[end - 1]))
            {
                end--;
            }

            return text[start..end];
        },
        movesStart: left);

    private static string Filter(string text, Predicate<int> keeps)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (keeps(rune.Value))
            {
                result.Append(rune.ToString());
            }
        }

        return result.ToString();
    }

    /// <summary>Each character for itself, so a sigma that ends a word is no other; U+0130 becomes two.</summary>
    private static string Lowercase(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var lower = new Rune(OtherVersions.NewLowerCase(Rune.ToLowerInvariant(rune).Value));
            result.Append(rune.Value == 0x130 ? "i\u0307" : lower.ToString());
        }

        return result.ToString();
    }
}
