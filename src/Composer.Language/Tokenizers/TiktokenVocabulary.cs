using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tokenizers;

/// <summary>A published vocabulary whose file is told by the number of its ranks.</summary>
/// <param name="Name">For people.</param>
/// <param name="Ranks">How many ranks its file has.</param>
/// <param name="Scanner">How it cuts text.</param>
/// <param name="Specials">Its special tokens, by their distance from the number of ranks.</param>
internal sealed record TiktokenVocabulary(
    string Name, int Ranks, PreTokenizer Scanner, IReadOnlyList<(int Offset, string Name)> Specials)
{
    /// <summary>Whether its first special token belongs in front of every text.</summary>
    public bool HasBosInFront { get; init; }
}
