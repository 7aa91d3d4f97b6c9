using Composer.Training.Cpu;

namespace Composer.Training.Tests.Cpu;

public sealed class GradientShardsTests
{
    [Fact]
    public void Shards_take_every_sequence_once_and_in_order()
    {
        for (var sequences = 1; sequences <= 300; sequences++)
        {
            var next = 0;
            foreach (var (first, end) in RangesOf(sequences))
            {
                Assert.Equal(next, first);
                Assert.True(end > first, $"An empty shard of {sequences} sequences.");
                next = end;
            }

            Assert.Equal(sequences, next);
        }
    }

    [Fact]
    public void Last_shards_of_a_large_batch_are_small_and_no_shard_delays_eight_threads() =>
        Assert.Equal(
            [.. Enumerable.Repeat(10, 8), .. Enumerable.Repeat(4, 8), .. Enumerable.Repeat(2, 8)],
            RangesOf(128).Select(range => range.End - range.First));

    private static IEnumerable<(int First, int End)> RangesOf(int sequences)
    {
        var shards = GradientShards.CountFor(sequences, parameters: 1000);
        return Enumerable.Range(0, shards).Select(shard => GradientShards.RangeOf(shard, shards, sequences));
    }
}
