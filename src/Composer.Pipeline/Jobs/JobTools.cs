using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Json;
using Composer.Core.Ranks;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Results;

namespace Composer.Pipeline.Jobs;

/// <summary>What a computation is given beside its inputs: none of it changes the result.</summary>
[CodeBoundary]
public sealed class JobTools
{
    /// <summary>A folder of the job's own, named by its key: what lies there is still there when it is taken up again.</summary>
    public required string Folder { get; init; }

    /// <summary>Threads to use, of each rank.</summary>
    public required int Threads { get; init; }

    /// <summary>
    /// The processes that share the computation, of which this is one. Only the first writes to the folder, and only its outcome counts.
    /// </summary>
    public IRankGroup Ranks { get; init; } = SingleRank.Instance;

    /// <summary>Whether one that is stopped has the time to leave a checkpoint, however large.</summary>
    public bool LeavesCheckpoint { get; init; }

    /// <summary>Where on this machine lies what the inputs name by its content, such as a corpus.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();

    /// <summary>The files behind the inputs' digests, which must not change while they are read.</summary>
    public JobFiles Files { get; init; } = JobFiles.None;

    /// <summary>Where to begin instead of at the beginning, latest first.</summary>
    public IReadOnlyList<JobBeginning> Beginnings { get; init; } = [];

    /// <summary>Tells how far it has come.</summary>
    public Action<StageProgress> Report { get; init; } = _ => { };

    /// <summary>Has other jobs computed; of the coordinator's kinds alone.</summary>
    public IJobRequests Jobs { get; init; } = NoJobRequests.Instance;

    /// <summary>The stored results of keys that the inputs name; of the coordinator's kinds alone.</summary>
    public Func<Digest, StageResult> ResultOf { get; init; } = key =>
        throw new InvalidOperationException($"An agent has no store to look for {key} in.");

    /// <summary>A stored document that the inputs name by its digest; of the coordinator's kinds alone.</summary>
    public Func<Digest, byte[]> ReadBlob { get; init; } = blob =>
        throw new InvalidOperationException($"An agent has no store to look for {blob} in.");

    /// <summary>A stored JSON document that the inputs name.</summary>
    public T Read<T>(Digest blob) => ComposerJson.Read<T>(ReadBlob(blob));

    /// <summary>The place of a blob that the inputs name by its digest.</summary>
    /// <exception cref="KeyNotFoundException">The job was not told.</exception>
    public string PlaceOf(Digest blob) => Places[blob.ToString()];
}

/// <summary>Something in the store that a computation can begin with.</summary>
/// <param name="Step">How far it is.</param>
/// <param name="Path">Where it lies, to be read only.</param>
/// <param name="Digest">Of its bytes.</param>
public sealed record JobBeginning(long Step, string Path, Digest Digest);
