using Composer.Training.Benchmarks;
using Composer.Training.Models;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Benchmarks;

public class EngineTurnsTests
{
    [Fact]
    public void Every_engine_takes_as_many_turns_and_is_compared_with_the_first()
    {
        var configuration = Batches.Configuration("AM", 16, 2, 1, 24, 11, 16);
        var results = EngineTurns.Run([new CpuEngine(), new CpuEngine()], configuration, batch: 4, threads: 2, TimeSpan.Zero);
        Assert.Equal(2, results.Count);
        Assert.All(results, result =>
        {
            Assert.Equal(("cpu", 3), (result.Engine, result.Steps));
            Assert.Equal(result.FlopsPerSecond, TrainingFlops.PerToken(configuration, 16) * result.TokensPerSecond, result.FlopsPerSecond * 1e-9);
            Assert.True(result is { TokensPerSecond: > 0, PeakFlopsPerSecond: > 0, FractionOfPeak: > 0, Memory.ParameterBytes: > 0 });
        });
        Assert.Equal((1, 1, 1), (results[0].TimesFirst.Lowest, results[0].TimesFirst.Median, results[0].TimesFirst.Highest));
        Assert.True(results[1].TimesFirst.Median > 0);
    }
}
