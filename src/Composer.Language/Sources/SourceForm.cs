namespace Composer.Language.Sources;

/// <summary>What a fetched file becomes.</summary>
public enum SourceForm
{
    /// <summary>It stays as it is: the corpus formats read it.</summary>
    AsItIs,

    /// <summary>Rows of Parquet become JSONL.</summary>
    RowsAsJsonLines,

    /// <summary>The texts in the folder <c>data</c> of a package become JSONL, a document each.</summary>
    PackagedTexts,
}
