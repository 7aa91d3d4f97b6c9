namespace Composer.Language.Corpora;

/// <summary>How far a tokenization has come.</summary>
/// <param name="Documents">Documents that are tokens.</param>
/// <param name="AllDocuments">Documents that will be.</param>
/// <param name="Bytes">Of their texts in UTF-8.</param>
public sealed record TokenizationProgress(long Documents, long AllDocuments, long Bytes);
