namespace Composer.Language.Tokenizers.Patterns;

/// <summary>Finds what a tokenizer file's pattern matches in a piece of text.</summary>
internal interface ITextMatcher
{
    /// <summary>
    /// Cuts a piece into what matches and what lies between, in order and without a gap. A match of nothing is there too, as it
    /// parts what is merged with a neighbour.
    /// </summary>
    /// <param name="piece">Looked at as if it were the whole text.</param>
    /// <param name="parts">Receives the parts, from the piece's start.</param>
    void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts);
}
