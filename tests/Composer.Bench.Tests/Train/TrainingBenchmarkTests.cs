using Composer.Bench.Train;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Tests.Models;
using Composer.Training.Threading;

namespace Composer.Bench.Tests.Train;

public sealed class TrainingBenchmarkTests
{
    /// <summary>Of eight experts a token goes through two: the others' parameters are no operations.</summary>
    [Fact]
    public void Operations_are_those_of_the_active_experts()
    {
        double Of(string layers) => TrainingFlops.PerToken(Batches.Configuration(layers, 16, 1, 1, 26, 11, 21), 21);
        Assert.Equal(6 * ((8 * 16) + (2 * 3 * 16 * 13)), Of("ME") - Of("M"), 1e-9);
    }

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
        var configuration = Batches.Configuration("AM", 32, 4, 2, 32, 16, 32);
        var result = TrainCommand.Measure(configuration, 4, 2, TimeSpan.FromMilliseconds(20), profile: false);
        Assert.Equal(InstructionSet.Name, result.Isa);
        Assert.Equal(2, result.Threads);
        Assert.True(result.Steps >= 3);
        Assert.True(result.FlopsPerSecond < result.PeakFlopsPerSecond);
        Assert.Equal(4 * 32 / result.StepSeconds, result.TokensPerSecond, 1e-6 * result.TokensPerSecond);
        Assert.InRange(result.FractionOfPeak, 0.0001, 1);
    }

    [Fact]
    public void Every_engine_takes_as_many_turns_and_is_compared_with_the_first()
    {
        var configuration = Batches.Configuration("AM", 16, 2, 1, 24, 11, 16);
        var results = TrainingBenchmark.Run([new CpuEngine(), new CpuEngine()], configuration, batch: 4, threads: 2, TimeSpan.Zero);
        Assert.Equal(2, results.Count);
        Assert.All(results, result =>
        {
            Assert.Equal(("cpu", 3), (result.Engine, result.Steps));
            var flops = TrainingFlops.PerToken(configuration, 16) * result.TokensPerSecond;
            Assert.Equal(result.FlopsPerSecond, flops, result.FlopsPerSecond * 1e-9);
            Assert.True(result is { TokensPerSecond: > 0, PeakFlopsPerSecond: > 0, FractionOfPeak: > 0, Memory.ParameterBytes: > 0 });
        });
        Assert.Equal((1, 1, 1), (results[0].TimesFirst.Lowest, results[0].TimesFirst.Median, results[0].TimesFirst.Highest));
        Assert.True(results[1].TimesFirst.Median > 0);
    }

    [Fact]
    public void A_step_is_measured_by_the_higher_of_the_probes_beside_it()
    {
        // Half as fast for a while, steps and probes alike; one probe disturbed, and one step.
        Assert.Equal(0.8, FractionOf([1, 1, 2, 2, 2], [100, 20, 100, 50, 50, 50]), 1e-12);
        Assert.Equal(0.8, FractionOf([1, 4, 1], [100, 100, 100, 100]), 1e-12);
        Assert.Equal(0.4, FractionOf([2], [100, 10]), 1e-12);

        static double FractionOf(double[] seconds, double[] probes)
        {
            var times = new StepTimes();
            for (var i = 0; i < seconds.Length; i++)
            {
                times.Add(seconds[i], probes[i], probes[i + 1]);
            }

            return times.FractionOf(80);
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

    [Fact]
    public void Benchmark_tells_memory_and_the_share_of_each_part()
    {
        var configuration = Batches.Configuration("AM", 32, 4, 2, 40, 50, 16);
        var result = TrainCommand.Measure(configuration, 4, 2, TimeSpan.Zero, profile: true);
        Assert.Equal(1, result.Profile!.Sum(part => part.Share), 1e-9);
        Assert.True(result.Memory.StoreBytes >= result.Memory.ParameterBytes);
        Assert.True(result.Memory.GradientBytes > 0 && result.Memory.ActivationBytes > 0);
        Assert.Null(TrainCommand.Measure(configuration, 4, 1, TimeSpan.Zero, profile: false).Profile);
    }

    [Fact]
    public void Padding_that_costs_is_told()
    {
        Assert.Empty(SlowPaths.Of(Batches.Configuration("AM", 128, 16, 4, 172, 64, 128), "avx2"));
        var slow = SlowPaths.Of(Batches.Configuration("AM", 128, 32, 4, 172, 20, 128), "scalar");
        Assert.Equal(3, slow.Count);
        Assert.Contains("a head's features: 4 padded to 8.", slow);
    }
}
