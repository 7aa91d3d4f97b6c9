using System.Text.Json;
using Composer.Core;
using Composer.Store.Files;

namespace Composer.Pipeline.Jobs;

/// <summary>
/// Work for an agent, complete in itself: what it says is all that the agent knows. Written to
/// <c>job.json</c> in <see cref="Folder"/>; the agent leaves its results in the same folder.
/// </summary>
public sealed record Job
{
    /// <summary>Names the job in messages.</summary>
    public required string Id { get; init; }

    /// <summary>The kind of its units.</summary>
    public required string Kind { get; init; }

    /// <summary>Absolute path of the job's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Threads to use, of each rank; changes no result.</summary>
    public required int Threads { get; init; }

    /// <summary>Processes that share it, a power of two; changes no result.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>The hardware that its keys name; null where their results are the same on all.</summary>
    public string? Hardware { get; init; }

    /// <summary>GPUs that it is given.</summary>
    public int Gpus { get; init; }

    /// <summary>As <see cref="JobTools.LeavesCheckpoint"/>.</summary>
    public bool LeavesCheckpoint { get; init; }

    /// <summary>As <see cref="JobTools.Places"/>.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();

    /// <summary>The files outside the store that its inputs hold the digests of.</summary>
    public IReadOnlyList<FileContent> Files { get; init; } = [];

    /// <summary>The files of the store that it reads.</summary>
    public IReadOnlyList<FileContent> Stored { get; init; } = [];

    /// <summary>As <see cref="JobTools.Beginnings"/>.</summary>
    public IReadOnlyList<JobBeginning> Beginnings { get; init; } = [];

    /// <summary>What to compute, in turn; each result is handed over as soon as it is there.</summary>
    public required IReadOnlyList<JobUnit> Units { get; init; }
}

/// <summary>One computation.</summary>
/// <param name="Key">Names its result.</param>
/// <param name="Inputs">The kind's record, by <see cref="Core.Json.ComposerJson.Inputs"/>.</param>
public sealed record JobUnit(Digest Key, JsonElement Inputs);
