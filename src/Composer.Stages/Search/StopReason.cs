namespace Composer.Stages.Search;

/// <summary>Why a candidate was stopped. Values are persisted and only ever appended.</summary>
public enum StopReason
{
    /// <summary>It could not become the best any more.</summary>
    Lossless = 0,

    /// <summary>It was probably worse than the best.</summary>
    Wilcoxon = 1,
}
