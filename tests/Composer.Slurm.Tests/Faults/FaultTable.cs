using System.Collections.Concurrent;
using System.Globalization;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What each fault has cost, over all tests: how often it was tried, what was lost, what finished was computed again.</summary>
public sealed class FaultTable : IDisposable
{
    private readonly ConcurrentDictionary<string, Row> rows = new(StringComparer.Ordinal);

    /// <summary>Takes what came of one try.</summary>
    public void Add(string fault, int attempts, int lost, int twice) =>
        rows.AddOrUpdate(fault, new Row(1, attempts, lost, twice), (_, row) => new(row.Tried + 1, row.Attempts + attempts, row.Lost + lost, row.Twice + twice));

    /// <summary>For the target Soak to print.</summary>
    public void Dispose() => Soak.Report("slurm-faults", ToString());

    public override string ToString() => string.Join('\n',
        rows.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => string.Create(
                CultureInfo.InvariantCulture,
                $"{r.Key}: tried {r.Value.Tried}, attempts that began {r.Value.Attempts}, lost {r.Value.Lost}, computed twice {r.Value.Twice}"))
            .Prepend(""));

    private sealed record Row(int Tried, int Attempts, int Lost, int Twice);
}
