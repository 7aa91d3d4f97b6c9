namespace Composer.Pipeline.Graph;

/// <summary>What became of a stage in a run; the texts are persisted.</summary>
public static class StageStatus
{
    /// <summary>Its result was in the store.</summary>
    public const string Hit = "hit";

    /// <summary>It was computed and published.</summary>
    public const string Ran = "ran";

    public const string Failed = "failed";

    /// <summary>Ctrl-C came first.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>An input has no result.</summary>
    public const string Skipped = "skipped";
}
