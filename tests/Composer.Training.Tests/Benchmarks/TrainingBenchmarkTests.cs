using Composer.Training.Benchmarks;
using Composer.Training.Kernels;
using Composer.Training.Tests.Models;
using Composer.Training.Threading;

namespace Composer.Training.Tests.Benchmarks;

public sealed class TrainingBenchmarkTests
{
    [Fact]
    public void Flops_of_a_token_are_those_of_its_products()
    {
        // One A and one M, dim 4, kv width 2, hidden 3, vocabulary 5: 48 + 36 + 20 matrix parameters.
        var configuration = Batches.Configuration("AM", 4, 2, 1, 3, 5, 7);
        const double Matrices = 6 * ((4 * 4 * 2) + (2 * 4 * 2) + (3 * 4 * 3) + (5 * 4));

        // Keys seen by 7 queries: 1 + … + 7 = 28, so 4 a token.
        const double Mixing = 14 * 4 * 4;
        Assert.Equal(Matrices + Mixing, TrainingFlops.PerToken(configuration, 7), 1e-9);
    }

    [Fact]
    public void Benchmark_reports_what_ran()
    {
        var result = TrainingBenchmark.Run(Batches.Configuration("AM", 32, 4, 2, 32, 16, 32), 4, 2, TimeSpan.FromMilliseconds(20));
        Assert.Equal(InstructionSet.Name, result.InstructionSet);
        Assert.Equal(2, result.Threads);
        Assert.True(result.Steps >= 3);
        Assert.True(result.FlopsPerSecond < result.PeakFlopsPerSecond);
        Assert.Equal(4 * 32 / result.StepSeconds, result.TokensPerSecond, 1e-6 * result.TokensPerSecond);
        Assert.InRange(result.FractionOfPeak, 0.0001, 1);
    }

    [Fact]
    public void A_step_is_measured_by_the_higher_of_the_probes_beside_it()
    {
        // Half as fast for a while, steps and probes alike; one probe disturbed, and one step.
        Assert.Equal(0.8, TrainingBenchmark.FractionOf(80, [1, 1, 2, 2, 2], [100, 20, 100, 50, 50, 50]), 1e-12);
        Assert.Equal(0.8, TrainingBenchmark.FractionOf(80, [1, 4, 1], [100, 100, 100, 100]), 1e-12);
        Assert.Equal(0.4, TrainingBenchmark.FractionOf(80, [2], [100, 10]), 1e-12);
    }

    [Fact]
    public void A_benchmark_measures_again()
    {
        using var benchmark = new TrainingBenchmark(Batches.Configuration("AM", 32, 4, 2, 32, 16, 32), 4, 1);
        foreach (var result in (TrainingBenchmarkResult[])[benchmark.Measure(TimeSpan.Zero), benchmark.Measure(TimeSpan.Zero)])
        {
            Assert.Equal(3, result.Steps);
            Assert.InRange(result.FractionOfPeak, 0.0001, 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_probe_meets_all_threads_and_reads_a_plausible_peak(int threads)
    {
        using var pool = new WorkerPool(threads);
        var probe = new PeakProbe(InstructionSet.Tier, pool);

        // 16 lanes, 2 operations, at most 2 of them a cycle, 10 GHz.
        Assert.InRange(probe.Measure(), 1e6, threads * 16 * 2 * 2 * 10e9);
        Assert.InRange(probe.Measure(), 1e6, threads * 16 * 2 * 2 * 10e9);
    }
}
