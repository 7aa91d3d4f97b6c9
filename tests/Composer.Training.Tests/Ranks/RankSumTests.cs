using Composer.Training.Ranks;
using Composer.Training.Reference.Ranks;

namespace Composer.Training.Tests.Ranks;

public sealed class RankSumTests
{
    [Fact]
    public void Every_rank_has_the_sum_of_the_same_pairs_whatever_the_sizes()
    {
        var random = new Random(TestSeed.Of(31));
        for (var round = 0; round < 40; round++)
        {
            var ranks = 1 << random.Next(0, 5);
            var count = random.Next(0, 20) switch { 0 => 0, 1 => 1, var n => n * random.Next(1, 400) };
            var bucket = 16 * random.Next(1, 30);
            float[][] gradients =
                [.. Enumerable.Range(0, ranks).Select(_ => Enumerable.Range(0, count).Select(_ => Draw(random)).ToArray())];
            double[] losses = [.. Enumerable.Range(0, ranks).Select(_ => random.NextDouble() * 100)];
            var expected = Pairwise([.. gradients.Select(g => g.ToArray())], (a, b) => [.. a.Zip(b, (x, y) => x + y)]);

            var sums = ThreadRankGroup.Run(ranks, group =>
            {
                var (gradient, sum) = (new Row(gradients[group.Rank]), new RankSum(group, bucket));
                sum.Add(gradient);
                return (gradient.Numbers, Loss: sum.Add(losses[group.Rank]), group.LongestMessage, group.BytesSent);
            });

            foreach (var sum in sums)
            {
                Assert.Equal(expected, sum.Numbers);
                Assert.Equal(Pairwise(losses, (a, b) => a + b), sum.Loss);
                Assert.InRange(sum.LongestMessage, 0, Math.Max(bucket * sizeof(float), sizeof(double)));

                // 2 (R − 1) / R of the gradient, but for the rounding of its halves to cache lines.
                var share = 2.0 * (ranks - 1) / ranks * count * sizeof(float);
                Assert.InRange(sum.BytesSent, 0, share + (int.Log2(ranks) * ((4 * 64) + sizeof(double))));
            }
        }
    }

    [Theory]
    [InlineData(3, 1)] // no power of two
    [InlineData(512, 1)]
    [InlineData(0, 1)]
    [InlineData(2, 4)] // more ranks than shards
    public void A_split_that_cannot_be_is_refused(int shards, int ranks) =>
        ThreadRankGroup.Run(ranks, group => Assert.Throws<ArgumentException>(() => new GradientSplit(shards, group)));

    [Fact]
    public void Shards_take_every_sequence_once_and_none_is_empty()
    {
        for (var shards = 1; shards <= GradientSplit.MostShards; shards *= 2)
        {
            var split = new GradientSplit(shards, Core.Ranks.SingleRank.Instance);
            for (var sequences = shards; sequences < shards + 70; sequences++)
            {
                var next = 0;
                for (var shard = 0; shard < shards; shard++)
                {
                    var (first, end) = split.RangeOf(shard, sequences);
                    Assert.Equal(next, first);
                    Assert.InRange(end - first, 1, ((sequences - 1) / shards) + 1);
                    next = end;
                }

                Assert.Equal(sequences, next);
            }

            Assert.Throws<ArgumentException>(() => split.Require(shards - 1));
        }
    }

    private static float Draw(Random random) => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7)));

    private static T Pairwise<T>(IReadOnlyList<T> all, Func<T, T, T> add) => all.Count == 1
        ? all[0]
        : add(Pairwise([.. all.Take(all.Count / 2)], add), Pairwise([.. all.Skip(all.Count / 2)], add));

    private sealed class Row(float[] numbers) : ISharedGradient
    {
        public float[] Numbers => numbers;

        public long Count => numbers.Length;

        public ReadOnlySpan<float> Send(long start, int count) => numbers.AsSpan((int)start, count);

        public void Add(long start, ReadOnlySpan<float> others)
        {
            for (var i = 0; i < others.Length; i++)
            {
                numbers[start + i] += others[i];
            }
        }

        public void Replace(long start, ReadOnlySpan<float> others) => others.CopyTo(numbers.AsSpan((int)start));
    }
}
