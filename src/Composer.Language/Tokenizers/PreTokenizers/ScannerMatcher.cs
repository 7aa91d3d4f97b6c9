using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Matches as a scanner cuts: everything, without a gap.</summary>
internal sealed class ScannerMatcher(PreTokenizer scanner) : ITextMatcher
{
    public PreTokenizer Scanner => scanner;

    public void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts)
    {
        for (var start = 0; start < piece.Length;)
        {
            var end = scanner.PieceEnd(piece, start);
            parts.Add(new MatchPart(start, end, IsMatch: true));
            start = end;
        }
    }
}
