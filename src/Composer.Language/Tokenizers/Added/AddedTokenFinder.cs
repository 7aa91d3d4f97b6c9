using System.Buffers;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.Added;

/// <summary>Finds added tokens in a text: leftmost first, the longest of those that begin at one place.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class AddedTokenFinder
{
    private readonly (string Pattern, AddedToken Token)[] tokens;
    private readonly SearchValues<string> patterns;

    /// <param name="tokens">With the text that each is looked for by; an empty one is never found.</param>
    public AddedTokenFinder(IEnumerable<(string Pattern, AddedToken Token)> tokens)
    {
        this.tokens = [.. tokens.Where(t => t.Pattern.Length > 0).OrderByDescending(t => t.Pattern.Length)];
        patterns = SearchValues.Create([.. this.tokens.Select(t => t.Pattern)], StringComparison.Ordinal);
    }

    /// <summary>Cuts a text into added tokens and what lies between; the token of that is null.</summary>
    /// <param name="text">Perhaps empty, which has no parts.</param>
    /// <param name="parts">Receives them.</param>
    public void Cut(ReadOnlySpan<char> text, List<(int Start, int End, AddedToken? Token)> parts)
    {
        var done = 0;
        for (var from = 0; from < text.Length;)
        {
            var found = text[from..].IndexOfAny(patterns);
            if (found < 0)
            {
                break;
            }

            var start = from + found;
            var (pattern, token) = LongestAt(text[start..]);
            var end = start + pattern.Length;
            from = end;
            if (token.IsSingleWord && (IsWordBefore(text, start) || IsWordAt(text, end)))
            {
                continue;
            }

            while (token.StripsLeft && start > done && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            start = token.StripsLeft ? Math.Max(start, done) : start;

            while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (done < start)
            {
                parts.Add((done, start, null));
            }

            // One that the white space behind another has taken whole is none.
            if (start < end)
            {
                parts.Add((start, end, token));
            }

            done = end;
        }

        if (done < text.Length)
        {
            parts.Add((done, text.Length, null));
        }
    }

    private (string Pattern, AddedToken Token) LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in tokens)
        {
            if (text.StartsWith(token.Pattern, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException("No added token is where one was found.");
    }

    private static bool IsWordAt(ReadOnlySpan<char> text, int place) =>
        place < text.Length && WordCharacters.IsWordOrJoiner(CharacterClasses.CodePointAt(text, place, out _));

    private static bool IsWordBefore(ReadOnlySpan<char> text, int place)
    {
        var isPair = place > 1 && char.IsLowSurrogate(text[place - 1]) && char.IsHighSurrogate(text[place - 2]);
        return place > 0 && IsWordAt(text, place - (isPair ? 2 : 1));
    }
}
