using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary><c>\w+|[^\w\s]+</c>, where the joiners belong to words.</summary>
internal sealed class WordMatcher : ITextMatcher
{
    public void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts)
    {
        for (var start = 0; start < piece.Length;)
        {
            var kind = KindAt(piece, start, out var end);
            while (end < piece.Length && KindAt(piece, end, out var next) == kind)
            {
                end = next;
            }

            parts.Add(new MatchPart(start, end, IsMatch: kind != 0));
            start = end;
        }
    }

    /// <summary>0 for white space, 1 for a word's character, 2 for others.</summary>
    private static int KindAt(ReadOnlySpan<char> piece, int place, out int end)
    {
        var codePoint = CharacterClasses.CodePointAt(piece, place, out var length);
        end = place + length;
        return WordCharacters.IsWordOrJoiner(codePoint) ? 1 : WordCharacters.IsSpace(codePoint) ? 0 : 2;
    }
}
