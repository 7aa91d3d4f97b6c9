using Composer.Architecture.Aggregation;
using Composer.Core;

namespace Composer.Architecture.Tests.Aggregation;

public sealed class OptimalClusteringTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 10, 11 }, 2, new[] { 2, 4 })]
    [InlineData(new[] { 1.0, 2, 10, 11, 30 }, 3, new[] { 2, 4, 5 })]
    [InlineData(new[] { 0.0, 1, 2 }, 2, new[] { 1, 3 })]
    [InlineData(new[] { 5.0, 5, 5 }, 5, new[] { 3 })]
    [InlineData(new[] { 5.0, 5, 6 }, 5, new[] { 2, 3 })]
    [InlineData(new[] { 5.0, 6, 7 }, 1, new[] { 3 })]
    [InlineData(new[] { 4.0 }, 3, new[] { 1 })]
    public void A_hand_worked_case(double[] values, int clusters, int[] ends) =>
        Assert.Equal(ends, OptimalClustering.Ends(values, clusters));

    [Fact]
    public void Equal_values_weigh_as_often_as_they_occur()
    {
        // {0, 3} {7} costs 4.5 against 8 of {0} {3, 7}; with twenty zeros it costs 9 − 9/21.
        Assert.Equal([2, 3], OptimalClustering.Ends([0, 3, 7], 2));
        Assert.Equal([20, 22], OptimalClustering.Ends([.. Enumerable.Repeat(0.0, 20), 3, 7], 2));
    }

    [Fact]
    public void No_partition_is_better()
    {
        var seed = new Seed(41);
        var rng = new Rng(seed);
        for (var trial = 0; trial < 400; trial++)
        {
            var values = Enumerable.Range(0, rng.NextInt(1, 8)).Select(_ => (double)rng.NextInt(12)).Order().ToArray();
            var clusters = rng.NextInt(1, 4);
            var ends = OptimalClustering.Ends(values, clusters);
            var where = $"seed {seed.Value}, trial {trial}: [{string.Join(", ", values)}] into {clusters}: [{string.Join(", ", ends)}]";
            Assert.True(ends.Count == Math.Min(clusters, values.Distinct().Count()), where);
            Assert.True(ends[^1] == values.Length && ends.SequenceEqual(ends.Order().Distinct()), where);
            Assert.True(ends.SkipLast(1).All(e => values[e] != values[e - 1]), where);
            Assert.True(Math.Abs(Cost(values, ends) - BruteForce(values, ends.Count)) < 1e-9, where);
        }
    }

    [Fact]
    public void A_large_offset_changes_nothing()
    {
        double[] values = [0.25, 0.5, 0.75, 3, 3.25, 9, 9.5, 9.75];
        var shifted = values.Select(v => v + (1L << 40)).ToArray();
        Assert.Equal(OptimalClustering.Ends(values, 3), OptimalClustering.Ends(shifted, 3));
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { 1.0, double.NaN })]
    [InlineData(new[] { 2.0, 1.0 })]
    public void What_cannot_be_clustered_is_refused(double[] values) =>
        Assert.Throws<ArgumentException>(() => OptimalClustering.Ends(values, 2));

    private static double BruteForce(double[] values, int clusters)
    {
        // Every assignment of values to clusters, intervals or not.
        var best = double.PositiveInfinity;
        var assignment = new int[values.Length];
        while (true)
        {
            var cost = values
                .Zip(assignment)
                .GroupBy(p => p.Second, p => p.First)
                .Sum(SumOfSquares);
            best = Math.Min(best, cost);
            var digit = 0;
            while (digit < assignment.Length && ++assignment[digit] == clusters)
            {
                assignment[digit++] = 0;
            }

            if (digit == assignment.Length)
            {
                return best;
            }
        }
    }

    private static double Cost(double[] values, IReadOnlyList<int> ends) =>
        ends.Select((end, k) => SumOfSquares(values[(k == 0 ? 0 : ends[k - 1])..end])).Sum();

    private static double SumOfSquares(IEnumerable<double> values)
    {
        var list = values.ToList();
        var mean = list.Average();
        return list.Sum(v => (v - mean) * (v - mean));
    }
}
