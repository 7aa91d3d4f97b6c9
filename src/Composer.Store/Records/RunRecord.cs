using Composer.Core;

namespace Composer.Store.Records;

/// <summary>One <c>composer run</c>.</summary>
/// <param name="Id">The start and the process, such as <c>20261122-094501-3f2a</c>.</param>
/// <param name="Experiment">What was run.</param>
/// <param name="Profile">Empty when there was none.</param>
/// <param name="Manifest">The manifest file's bytes, as a blob.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended; null as long as it has no exit code.</param>
/// <param name="ExitCode">Null while it runs, or when it was killed.</param>
/// <param name="Pinned">Kept, with all that it reached, however old it grows.</param>
public sealed record RunRecord(
    string Id,
    string Experiment,
    string Profile,
    Digest Manifest,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    int? ExitCode,
    bool Pinned = false)
{
    /// <summary>Values that the command line set, each <c>path=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Runs are equal with equal settings in the same order.</summary>
    public bool Equals(RunRecord? other) =>
        other is not null
        && (Id, Experiment, Profile, Manifest, Started, Finished, ExitCode, Pinned)
            == (other.Id, other.Experiment, other.Profile, other.Manifest, other.Started, other.Finished, other.ExitCode, other.Pinned)
        && Settings.SequenceEqual(other.Settings, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Id);
}

/// <summary>What became of a stage in a run.</summary>
/// <param name="Name">The stage's name in its experiment.</param>
/// <param name="Kind">Such as <c>pretrain</c>.</param>
/// <param name="Key">Null when it was never known.</param>
/// <param name="Status">hit, ran, failed, cancelled or skipped.</param>
public sealed record RunStage(string Name, string Kind, Digest? Key, string Status);
