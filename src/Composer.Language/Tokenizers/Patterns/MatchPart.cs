namespace Composer.Language.Tokenizers.Patterns;

/// <summary>A part of a piece: a match, or what lies between two.</summary>
/// <param name="Start">In UTF-16 code units, from the piece's start.</param>
/// <param name="End">After the part.</param>
/// <param name="IsMatch">Whether the pattern matched it.</param>
internal readonly record struct MatchPart(int Start, int End, bool IsMatch);
