using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.Patterns;

/// <summary>Matches each character of a set, one by one.</summary>
/// <param name="contains">The set, of code points.</param>
internal sealed class CharacterMatcher(Predicate<int> contains) : ITextMatcher
{
    public void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts)
    {
        var between = 0;
        for (var place = 0; place < piece.Length;)
        {
            var end = place;
            var codePoint = CharacterClasses.CodePointAt(piece, place, out var length);
            end += length;
            if (contains(codePoint))
            {
                if (between < place)
                {
                    parts.Add(new MatchPart(between, place, IsMatch: false));
                }

                parts.Add(new MatchPart(place, end, IsMatch: true));
                between = end;
            }

            place = end;
        }

        if (between < piece.Length)
        {
            parts.Add(new MatchPart(between, piece.Length, IsMatch: false));
        }
    }
}
