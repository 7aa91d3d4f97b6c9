namespace Composer.Core.Faults;

/// <summary>
/// The moments between two steps of publishing at which a process may die: for each, the next run must go on
/// as if nothing had been. In kebab-case (<c>blob-named</c>) they are the names that a <see cref="Fault"/> takes.
/// </summary>
public enum PublishingPoint
{
    /// <summary>A run is in the index, and has done nothing yet.</summary>
    RunBegun,

    /// <summary>A lease is in the index; its stage is not begun.</summary>
    LeaseTaken,

    /// <summary>An agent has taken a job's folder.</summary>
    JobBegun,

    /// <summary>A checkpoint is written and not flushed, under a temporary name; so is each file that a training leaves.</summary>
    CheckpointBegun,

    /// <summary>A checkpoint is on the disk, under a temporary name.</summary>
    CheckpointWritten,

    /// <summary>A checkpoint has its name; older ones are still there.</summary>
    CheckpointNamed,

    /// <summary>An agent's result is written, under a temporary name.</summary>
    JobResultWritten,

    /// <summary>An agent's result has its name; the coordinator has not heard of it.</summary>
    JobResultNamed,

    /// <summary>The coordinator has a result, and has published nothing of it.</summary>
    StageComputed,

    /// <summary>A part of a blob is written, under a temporary name.</summary>
    BlobBegun,

    /// <summary>A blob is on the disk, under a temporary name.</summary>
    BlobWritten,

    /// <summary>A blob has its name, which may not be on the disk yet.</summary>
    BlobNamed,

    /// <summary>A blob and its name are on the disk.</summary>
    BlobDurable,

    /// <summary>Some of many small blobs are written, under temporary names.</summary>
    BlobsBegun,

    /// <summary>Many small blobs are on the disk, under temporary names.</summary>
    BlobsWritten,

    /// <summary>Some of many small blobs have their names.</summary>
    BlobsHalfNamed,

    /// <summary>Many small blobs have their names, which may not be on the disk yet.</summary>
    BlobsNamed,

    /// <summary>Some records are written, under temporary names.</summary>
    RecordsBegun,

    /// <summary>Records are on the disk, under temporary names.</summary>
    RecordsWritten,

    /// <summary>Some records of several have their names.</summary>
    RecordsHalfNamed,

    /// <summary>Records have their names, which may not be on the disk yet; the index has none of them.</summary>
    RecordsNamed,

    /// <summary>The index has the records in a transaction that is not committed.</summary>
    IndexEntered,

    /// <summary>The index has the records; nothing is tidied up.</summary>
    IndexCommitted,

    /// <summary>A stage is published and its work folder removed; its lease is still there.</summary>
    WorkRemoved,

    /// <summary>A lease is given back.</summary>
    LeaseReleased,

    /// <summary>Every stage has ended; the run is not noted as ended.</summary>
    RunEnded,

    /// <summary>The run is noted as ended; its report is not where people look for it.</summary>
    RunRecorded,

    /// <summary>The run's file is written, under a temporary name.</summary>
    RunWritten,

    /// <summary>The run's file has its name.</summary>
    RunNamed,

    /// <summary>The report is written, under a temporary name.</summary>
    ReportWritten,

    /// <summary>The report has its name; the run has only to say so.</summary>
    ReportNamed,
}
