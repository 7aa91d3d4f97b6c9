namespace Composer.Language.Corpora;

/// <summary>How documents are taken out of files.</summary>
/// <param name="TextField">The field of JSONL, or column of Parquet, that holds the text.</param>
/// <param name="SkipsBadLines">Whether lines and rows without a text that can be read are left out and counted, instead of refused.</param>
internal sealed record DocumentOptions(string TextField, bool SkipsBadLines)
{
    public static DocumentOptions Default { get; } = new(CorpusSettings.DefaultTextField, SkipsBadLines: false);

    /// <summary>What of them a fact about a file depends on; empty of the defaults.</summary>
    public string Facts => (TextField == CorpusSettings.DefaultTextField ? "" : $" of the field {TextField}")
        + (SkipsBadLines ? " without bad lines" : "");
}
