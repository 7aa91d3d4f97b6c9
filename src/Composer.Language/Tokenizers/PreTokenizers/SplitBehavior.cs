namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>What becomes of a match where a pre-tokenizer cuts; the names are those of the files.</summary>
internal enum SplitBehavior
{
    /// <summary>It vanishes.</summary>
    Removed,

    /// <summary>A piece of its own.</summary>
    Isolated,

    /// <summary>The end of the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>The beginning of the piece after it.</summary>
    MergedWithNext,

    /// <summary>One piece with the matches beside it.</summary>
    Contiguous,
}
