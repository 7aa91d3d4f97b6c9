namespace Composer.Language.Tokenizers.Patterns;

/// <summary>Matches one text, leftmost first.</summary>
/// <param name="literal">At least one character.</param>
internal sealed class LiteralMatcher(string literal) : ITextMatcher
{
    public void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts)
    {
        var start = 0;
        while (piece[start..].IndexOf(literal, StringComparison.Ordinal) is >= 0 and var found)
        {
            if (found > 0)
            {
                parts.Add(new MatchPart(start, start + found, IsMatch: false));
            }

            parts.Add(new MatchPart(start + found, start + found + literal.Length, IsMatch: true));
            start += found + literal.Length;
        }

        if (start < piece.Length)
        {
            parts.Add(new MatchPart(start, piece.Length, IsMatch: false));
        }
    }
}
