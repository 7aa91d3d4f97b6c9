using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Acquisition;
using Composer.Search.Surrogates;
using Composer.Search.Tests.Surrogates;

namespace Composer.Search.Tests.Acquisition;

public class AcquisitionMaximizerTests
{
    private readonly LayerOrderLandscape landscape = new(11, new Seed(2));

    [Fact]
    public void Exhaustive_scoring_finds_the_best_that_is_not_taken()
    {
        var process = Process();
        var taken = new List<byte[]>();
        var previous = double.PositiveInfinity;
        for (var i = 0; i < 3; i++)
        {
            var best = ExhaustiveMaximizer.Best(landscape.Space, process, taken, (mean, _, _) => -mean, 2)!;
            var value = -Mean(process, best);
            Assert.True(value <= previous);
            Assert.DoesNotContain(taken, point => point.SequenceEqual(best));
            if (i == 0)
            {
                var all = Enumerable.Range(0, (int)landscape.Space.Size)
                    .Select(k => Mean(process, landscape.Space.Digits(landscape.Space.At(k))));
                Assert.Equal(all.Min(), Mean(process, best));
            }

            previous = value;
            taken.Add(best);
        }
    }

    [Fact]
    public void Local_search_finds_what_exhaustive_scoring_finds_and_nothing_taken()
    {
        var process = Process();
        var exhaustive = ExhaustiveMaximizer.Best(landscape.Space, process, [], (mean, _, _) => -mean, 2)!;
        var local = new LocalMaximizer(landscape.Space, process, [], (mean, _, _) => -mean).Best(new Rng(new Seed(1)))!;
        Assert.Equal(Mean(process, exhaustive), Mean(process, local));
        var second = new LocalMaximizer(landscape.Space, process, [local], (mean, _, _) => -mean).Best(new Rng(new Seed(1)))!;
        Assert.False(second.SequenceEqual(local));
    }

    [Fact]
    public void Nothing_is_left_when_all_is_taken()
    {
        var space = new SearchSpace(2, "AM");
        var observed = new ObservedScores(space, new Seed(1), [GaussianProcessTests.Scored(0, space, 0, 1)]);
        var process = Hyperparameters.Of(KernelKind.Isotropic, observed).Process(observed);
        byte[][] all = [[0, 0], [0, 1], [1, 0], [1, 1]];
        Assert.Null(ExhaustiveMaximizer.Best(space, process, all, (mean, _, _) => mean, 2));
        Assert.Null(new LocalMaximizer(space, process, all, (mean, _, _) => mean).Best(new Rng(new Seed(1))));
        Assert.Equal([1, 0], ExhaustiveMaximizer.Best(space, process, [[0, 0], [0, 1], [1, 1]], (mean, _, _) => mean, 2));
    }

    private GaussianProcess Process()
    {
        var observed = new ObservedScores(
            landscape.Space,
            new Seed(2),
            [.. Enumerable.Range(0, 30).Select(i => GaussianProcessTests.Scored(i, landscape.Space, i * 61, landscape.Value(landscape.Space.At(i * 61))))]);
        return Hyperparameters.Of(KernelKind.Positions, observed).Process(observed);
    }

    private static double Mean(GaussianProcess process, byte[] point)
    {
        var mean = new double[1];
        process.Predict([point], mean, new double[1]);
        return mean[0];
    }
}
