using System.Text.Json;

namespace Composer.Language.Tokenizers.Patterns;

/// <summary>Reads what a tokenizer.json matches: <c>"pattern": { "String": … }</c> or <c>{ "Regex": … }</c>.</summary>
internal static class MatcherReader
{
    /// <param name="json">The part that has the pattern.</param>
    /// <exception cref="TokenizerPartException">It has what is not implemented.</exception>
    public static ITextMatcher Read(JsonElement json)
    {
        var pattern = json.GetProperty("pattern");
        if (pattern.TryGetProperty("Regex", out var regex))
        {
            return new PatternMatcher(regex.GetString()!);
        }

        var literal = pattern.GetProperty("String").GetString()!;
        return literal.Length > 0 ? new LiteralMatcher(literal) : throw new TokenizerPartException("its pattern is an empty text");
    }

    /// <summary>The pattern as the file writes it, with its kind.</summary>
    public static string Describe(JsonElement json) =>
        json.GetProperty("pattern").TryGetProperty("Regex", out var regex)
            ? $"regex {regex.GetString()}"
            : $"text {json.GetProperty("pattern").GetProperty("String").GetString()}";
}
