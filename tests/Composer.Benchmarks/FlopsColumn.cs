using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Composer.Bench.Train;
using Composer.Training.Kernels;
using Composer.Training.Threading;

namespace Composer.Benchmarks;

/// <summary>GFLOP/s of the fastest iteration, or their share of the FMA peak of one thread.</summary>
/// <remarks>The fastest, as the peak is that of the best burst: neighbours on the machine disturb both alike.</remarks>
internal sealed class FlopsColumn(bool share) : IColumn
{
    private const int Probes = 20;
    private static readonly Dictionary<InstructionSetTier, double> Peaks = [];

    public string Id => $"{nameof(FlopsColumn)}.{ColumnName}";

    public string ColumnName => share ? "Of peak" : "GFLOP/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => share ? 1 : 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend =>
        share ? "Useful operations of the fastest iteration over the FMA peak of one thread" : "Useful operations of the fastest iteration";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics || WorkOf(benchmarkCase) is not { } work)
        {
            return "";
        }

        // Flops a nanosecond are GFLOP/s.
        var speed = work.FlopsOf(benchmarkCase.Descriptor.WorkloadMethod.Name) / statistics.Min;
        return share
            ? (speed * 1e9 / PeakOf(work.Tier)).ToString("0.000", CultureInfo.InvariantCulture)
            : speed.ToString("0.0", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    private static IFloatingPointWork? WorkOf(BenchmarkCase benchmarkCase)
    {
        var type = benchmarkCase.Descriptor.Type;
        if (Activator.CreateInstance(type) is not IFloatingPointWork work)
        {
            return null;
        }

        foreach (var parameter in benchmarkCase.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(work, parameter.Value);
        }

        return work;
    }

    private static double PeakOf(InstructionSetTier tier)
    {
        if (!Peaks.TryGetValue(tier, out var peak))
        {
            using var pool = new WorkerPool(1);
            var probe = new PeakProbe(tier, pool);
            peak = Peaks[tier] = Enumerable.Range(0, Probes).Max(_ => probe.Measure());
        }

        return peak;
    }
}
