namespace Composer.Language.Corpora;

/// <summary>Some documents in a row as tokens: each BOS, its text, EOS.</summary>
/// <param name="Tokens">Of all of them, one after the other.</param>
/// <param name="Ends">Where each document ends in <paramref name="Tokens"/>.</param>
/// <param name="Characters">Unicode code points of the texts.</param>
/// <param name="Bytes">Of the texts in UTF-8.</param>
internal sealed record EncodedDocuments(List<int> Tokens, List<int> Ends, long Characters, long Bytes);
