using Composer.Core;
using Composer.Core.Ranks;
using Composer.Training.Models;
using Composer.Training.Ranks;
using Composer.Training.Reference;
using Composer.Training.Reference.Ranks;
using Composer.Training.Torch.Ranks;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Tests;

public class TorchRanksTests
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData(1, 5)]
    [InlineData(2, 7)]
    [InlineData(4, 4)]
    [InlineData(8, 19)]
    public void Ranks_and_threads_change_no_bit(int shards, int sequences)
    {
        var random = new Random(TestSeed.Of(shards));
        var configuration = TinyModels.Configuration("AM", 16, 4, 2, 21, 13 + random.Next(40), 5 + random.Next(20));
        var batches = TorchModels.Batches(configuration, sequences, 2).ToList();
        var expected = Train(configuration, batches, 1, new GradientSplit(shards, SingleRank.Instance));
        for (var ranks = 1; ranks <= shards; ranks *= 2)
        {
            var threads = random.Next(1, 4);
            Assert.All(
                ThreadRankGroup.Run(ranks, group => Train(configuration, batches, threads, new GradientSplit(shards, group))),
                state => Assert.Equal(expected, state));
        }
    }

    [TorchFact]
    public void One_shard_is_what_is_computed_without_shards()
    {
        var batches = TorchModels.Batches(TorchModels.Small, 9, 3).ToList();
        using var without = Engine.Create(TorchModels.Small, new Seed(4), 2);
        var losses = TorchModels.Losses(without, batches);
        Assert.Equal(
            (Digest.Of(TorchModels.State(without)), string.Join(' ', losses)), Train(TorchModels.Small, batches, 2, GradientSplit.Whole));
    }

    [TorchFact]
    public void Shards_change_the_order_of_sums_alone()
    {
        var batches = TorchModels.Batches(TorchModels.Small, 8, 3).ToList();
        using var whole = Engine.Create(TorchModels.Small, new Seed(4), 2);
        using var cut = Engine.Create(TorchModels.Small, new Seed(4), 2, new GradientSplit(8, SingleRank.Instance));
        Assert.All(
            TorchModels.Losses(whole, batches).Zip(TorchModels.Losses(cut, batches)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4 * pair.First));
    }

    // As on a GPU, where numbers go through buffers: any place and length, across the tensors.
    [TorchFact]
    public void A_gradient_of_several_tensors_is_one_row()
    {
        var random = new Random(TestSeed.Of(3));
        using var scope = NewDisposeScope();
        long[][] shapes = [[7], [3, 5], [1], [40], [2, 2]];
        using var shared = new TorchSharedGradient(CPU);
        var gradient = shared.Of([.. shapes.Select(shape => arange(shape.Aggregate((a, b) => a * b)).to_type(float32).view(shape))]);
        float[] expected =
            [.. shapes.SelectMany(shape => Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (float)i))];
        Assert.Equal(expected.Length, gradient.Count);
        for (var round = 0; round < 200; round++)
        {
            var start = random.Next(0, expected.Length);
            var others = Enumerable.Range(0, random.Next(0, expected.Length - start + 1)).Select(_ => random.NextSingle()).ToArray();
            for (var i = 0; i < others.Length; i++)
            {
                expected[start + i] = round % 2 == 0 ? expected[start + i] + others[i] : others[i];
            }

            if (round % 2 == 0)
            {
                gradient.Add(start, others);
            }
            else
            {
                gradient.Replace(start, others);
            }

            Assert.Equal(expected.AsSpan(start, others.Length), gradient.Send(start, others.Length));
        }

        Assert.Equal(expected, gradient.Send(0, expected.Length).ToArray());
    }

    private static (Digest State, string Losses) Train(
        ModelConfiguration configuration, IReadOnlyList<TokenBatch> batches, int threads, GradientSplit split)
    {
        using var model = Engine.Create(configuration, new Seed(4), threads, split);
        var losses = TorchModels.Losses(model, batches);
        return (Digest.Of(TorchModels.State(model)), string.Join(' ', losses));
    }
}
