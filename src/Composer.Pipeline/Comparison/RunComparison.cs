using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Comparison;

/// <summary>In what two runs differ: their manifests, and each stage's key, outputs and metrics.</summary>
/// <param name="Older">The first run.</param>
/// <param name="Newer">The second.</param>
/// <param name="Manifest">Lines that only one manifest has; null when one of them is gone from the store.</param>
/// <param name="Stages">Every stage of either run, those of the older in its order, then those that only the newer has.</param>
public sealed record RunComparison(
    RunRecord Older, RunRecord Newer, IReadOnlyList<LineDifference>? Manifest, IReadOnlyList<StageComparison> Stages)
{
    public static RunComparison Of(StageStore store, JobKinds kinds, RunRecord older, RunRecord newer)
    {
        var old = store.StagesOf(older.Id).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var now = store.StagesOf(newer.Id).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var names = store.StagesOf(older.Id).Concat(store.StagesOf(newer.Id)).Select(s => s.Name).Distinct(StringComparer.Ordinal);
        return new RunComparison(
            older,
            newer,
            Manifests(store, older, newer),
            [.. names.Select(n => StageComparison.Of(store, kinds, n, old.GetValueOrDefault(n), now.GetValueOrDefault(n)))]);
    }

    private static IReadOnlyList<LineDifference>? Manifests(StageStore store, RunRecord older, RunRecord newer) =>
        store.Blobs.Contains(older.Manifest) && store.Blobs.Contains(newer.Manifest)
            ? LineDifference.Between(Text(store, older), Text(store, newer))
            : null;

    private static string Text(StageStore store, RunRecord run)
    {
        using var reader = new StreamReader(store.Blobs.OpenRead(run.Manifest));
        return reader.ReadToEnd();
    }
}

/// <summary>One stage in two runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Older">What became of it in the older run; null when that has no such stage.</param>
/// <param name="Newer">The same in the newer.</param>
/// <param name="Fields">Fields of the keys that differ; null when the store has a record of one at most.</param>
/// <param name="Outputs">Outputs that differ, by their digests.</param>
/// <param name="Metrics">Every metric that either has, equal or not.</param>
public sealed record StageComparison(
    string Name,
    RunStage? Older,
    RunStage? Newer,
    IReadOnlyList<PreimageDifference>? Fields,
    IReadOnlyList<OutputDifference> Outputs,
    IReadOnlyList<MetricComparison> Metrics)
{
    /// <summary>Whether both ran, or found, the same key.</summary>
    public bool SameKey => Older?.Key is { } old && old == Newer?.Key;

    internal static StageComparison Of(StageStore store, JobKinds kinds, string name, RunStage? older, RunStage? newer)
    {
        var (old, now) = (Find(store, older), Find(store, newer));
        var (oldMetrics, newMetrics) = (MetricsOf(kinds, old, store), MetricsOf(kinds, now, store));
        return new StageComparison(
            name,
            older,
            newer,
            old is null || now is null ? null : PreimageDifference.Between(old.Preimage, now.Preimage),
            OutputDifference.Between(old, now),
            [
                .. oldMetrics.Keys.Union(newMetrics.Keys, StringComparer.Ordinal).Select(m => new MetricComparison(
                    m,
                    oldMetrics.TryGetValue(m, out var a) ? a : null,
                    newMetrics.TryGetValue(m, out var b) ? b : null)),
            ]);
    }

    private static IReadOnlyDictionary<string, double> MetricsOf(JobKinds kinds, StageRecord? record, StageStore store) =>
        record is not null && kinds.Find(record.Kind) is { } kind
            ? kind.MetricsOf(new StageResult(record, store))
            : new Dictionary<string, double>();

    private static StageRecord? Find(StageStore store, RunStage? stage) => stage?.Key is { } key ? store.Find(key) : null;
}

/// <summary>A number that two runs have; null where one lacks it.</summary>
public sealed record MetricComparison(string Name, double? Older, double? Newer);

/// <summary>An output that two runs have with other bytes, or only one has.</summary>
public sealed record OutputDifference(string Name, string? Older, string? Newer)
{
    internal static IReadOnlyList<OutputDifference> Between(StageRecord? older, StageRecord? newer)
    {
        var names = (older?.Outputs.Keys ?? []).Union(newer?.Outputs.Keys ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return [.. names.Select(n => new OutputDifference(n, Digest(older, n), Digest(newer, n))).Where(o => o.Older != o.Newer)];
    }

    private static string? Digest(StageRecord? record, string name) =>
        record is not null && record.Outputs.TryGetValue(name, out var blob) ? blob.Digest.ToString() : null;
}
