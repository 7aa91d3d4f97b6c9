namespace Composer.Language.Tokenizers.Bpe;

/// <summary>Two neighbouring tokens that become one; a lower rank merges first.</summary>
internal readonly record struct BpeMerge(int Left, int Right, int Rank, int Result);
