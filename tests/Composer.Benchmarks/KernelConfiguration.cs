using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Composer.Benchmarks;

/// <summary>
/// In this process, as no project can be generated and restored offline; many short iterations, of which a neighbour leaves some alone.
/// </summary>
internal sealed class KernelConfiguration : ManualConfig
{
    public KernelConfiguration()
    {
        Add(DefaultConfig.Instance);
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(1))
            .WithWarmupCount(5)
            .WithIterationCount(200));
        AddColumn(StatisticColumn.Min, new FlopsColumn(share: false), new FlopsColumn(share: true));
        HideColumns(Column.Error, Column.StdDev);
    }
}
