namespace Composer.Language.Tokenizers.Bpe;

/// <summary>What a BPE model knows, whatever the format of its file.</summary>
/// <param name="Tokens">By id, as tokenizer.json writes them; null where an id is unused.</param>
/// <param name="Merges">In rank order.</param>
/// <param name="IsByteLevel">Whether pieces are read as bytes, which tokens write in the byte-level alphabet.</param>
/// <param name="WholePieceFirst">A piece that is a token is that token, whatever the merges say (<c>ignore_merges</c>).</param>
internal sealed record BpeVocabulary(
    IReadOnlyList<string?> Tokens, IReadOnlyList<BpeMerge> Merges, bool IsByteLevel, bool WholePieceFirst)
{
    /// <summary>What stands for a character that is no token; null where none does.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Whether unknown characters in a row are one token.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>Whether an unknown character is written as the tokens <c>&lt;0x00&gt;</c> of its bytes.</summary>
    public bool FallsBackOnBytes { get; init; }

    /// <summary>Before each character but a piece's first; or empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>After a piece's last character; or empty.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>All but tokens and merges, for a digest.</summary>
    public string Description =>
        $"bpe {IsByteLevel} {WholePieceFirst} {UnknownToken} {FusesUnknown} {FallsBackOnBytes} {Prefix} {Suffix}";
}
