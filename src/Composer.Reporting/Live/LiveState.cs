namespace Composer.Reporting.Live;

/// <summary>Where a stage of a run stands.</summary>
internal enum LiveState
{
    /// <summary>For what it reads.</summary>
    Waiting,

    /// <summary>For a core, or for a process that computes the same.</summary>
    Queued,
    Computing,
    Hit,
    Ran,
    Failed,
    Skipped,
    Cancelled,
}
