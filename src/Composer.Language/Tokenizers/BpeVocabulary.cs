namespace Composer.Language.Tokenizers;

/// <summary>What a byte-level BPE file holds, whatever its format.</summary>
/// <param name="Tokens">The bytes of each id; null where an id is a special token or unused.</param>
/// <param name="Merges">In rank order.</param>
/// <param name="Specials">Special tokens by id; in id order.</param>
/// <param name="WholePieceFirst">A piece that is a token is that token, whatever the merges say.</param>
internal sealed record BpeVocabulary(
    IReadOnlyList<byte[]?> Tokens,
    IReadOnlyList<BpeMerge> Merges,
    IReadOnlyList<(int Id, string Text)> Specials,
    PreTokenizer PreTokenizer,
    bool WholePieceFirst);
