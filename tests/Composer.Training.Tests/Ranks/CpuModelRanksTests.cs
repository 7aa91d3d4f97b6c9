using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Core.Ranks;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Ranks;
using Composer.Training.Reference.Ranks;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Ranks;

public sealed class CpuModelRanksTests
{
    [Fact]
    public void Ranks_and_threads_change_no_bit_of_small_models()
    {
        var random = new Random(TestSeed.Of(47));
        for (var round = 0; round < 6; round++)
        {
            var shards = 1 << random.Next(0, 4);
            var sequences = shards + random.Next(0, 3 * shards);
            var heads = random.Next(1, 4);
            var configuration = Batches.Configuration(
                "AM", heads * 2 * random.Next(2, 9), heads, heads, random.Next(8, 60), random.Next(5, 60), random.Next(3, 20));
            HoldAlike(configuration, shards, sequences, [1, 2, 4, 8], random);
        }
    }

    // Beyond 4 Mi numbers threads add to one gradient in turn: another path.
    [Fact]
    public void Ranks_and_threads_change_no_bit_of_large_models() => HoldAlike(
        Batches.Configuration("AM", 64, 4, 4, 90, 66_001, 12), shards: 4, sequences: 11, [1, 2, 4], new Random(TestSeed.Of(5)));

    [Fact]
    public void One_shard_is_what_an_engine_without_shards_computes()
    {
        var configuration = Batches.Configuration("AMA", 24, 3, 1, 40, 19, 11);
        Assert.Equal(
            Train(new CpuEngine().Create(configuration, new Seed(1), 2), 9),
            Train(new CpuEngine().Create(configuration, new Seed(1), 2, GradientSplit.Whole), 9));
    }

    [Fact]
    public void Shards_change_the_order_of_sums_alone()
    {
        var configuration = Batches.Configuration("AMA", 24, 3, 1, 40, 19, 11);
        var (whole, cut) = (Gradient(configuration, 1), Gradient(configuration, 8));
        Assert.NotEqual(whole, cut);
        for (var i = 0; i < whole.Length; i++)
        {
            Assert.Equal(whole[i], cut[i], 1e-6f + (1e-4f * Math.Abs(whole[i])));
        }
    }

    [Theory]
    [InlineData(8, 1, 4 + 1)] // 1 + log2 8, and a piece under way
    [InlineData(8, 4, 2 + 1)]
    public void Gradients_in_memory_grow_with_the_logarithm_of_the_shards(int shards, int ranks, int gradients)
    {
        var one = BytesOf(1, 1)[0] / 2.0;
        Assert.All(BytesOf(shards, ranks), bytes => Assert.InRange(bytes / one, gradients - 0.1, gradients + 1));

        static long[] BytesOf(int shards, int ranks) => ThreadRankGroup.Run(ranks, group =>
        {
            const int Vocabulary = 50_000;
            var configuration = Batches.Configuration("AM", 16, 2, 1, 40, Vocabulary, 5);
            using var model = (CpuModel)new CpuEngine().Create(configuration, new Seed(1), 1, new GradientSplit(shards, group));
            model.TrainStep(Batches.Random(8, 5, Vocabulary, 3), new AdamWSettings(1e-3, 0.1));
            return model.Memory.GradientBytes;
        });
    }

    [Fact]
    public void A_step_that_is_not_finite_updates_no_rank()
    {
        var configuration = Batches.Configuration("AM", 16, 2, 2, 20, 30, 8);
        var finite = ThreadRankGroup.Run(4, group =>
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), 1, new GradientSplit(4, group));
            var spoilt = new float[model.Parameters[0].Count];
            Array.Fill(spoilt, float.NaN);
            model.Write(0, StateSlot.Parameter, spoilt);
            return (model.TrainStep(Batches.Random(5, 8, 30, 2), new AdamWSettings(1e-3, 0.1)).IsFinite, model.UpdatesDone);
        });
        Assert.All(finite, f => Assert.Equal((false, 0), f));
    }

    private static void HoldAlike(ModelConfiguration configuration, int shards, int sequences, int[] rankCounts, Random random)
    {
        var what = $"{configuration.Layers} {configuration.Shape} {configuration.Vocabulary}, {shards} shards of {sequences}";
        var expected = Train(
            new CpuEngine().Create(configuration, new Seed(1), 1, new GradientSplit(shards, SingleRank.Instance)), sequences);
        foreach (var ranks in rankCounts.Where(r => r <= shards))
        {
            var threads = random.Next(1, 4);
            var all = ThreadRankGroup.Run(ranks, group => Train(
                new CpuEngine().Create(configuration, new Seed(1), threads, new GradientSplit(shards, group)), sequences));
            Assert.All(all, digest => Assert.True(digest == expected, $"{what}, {ranks} ranks × {threads} threads"));
        }
    }

    private static Digest Train(ITrainableModel made, int sequences)
    {
        using var model = made;
        var (length, vocabulary) = (model.Configuration.MaximumLength, model.Configuration.Vocabulary);
        var numbers = new List<double>();
        for (var step = 0; step < 2; step++)
        {
            var batch = Batches.Random(sequences, length, vocabulary, (ulong)(3 + step));
            var result = model.TrainStep(batch, new AdamWSettings(1e-2, 0.1, ClipNorm: 0.5));
            numbers.AddRange([result.Loss, result.GradientNorm]);
        }

        using var bytes = new MemoryStream();
        bytes.Write(MemoryMarshal.AsBytes<double>(numbers.ToArray()));
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            foreach (var slot in Enum.GetValues<StateSlot>())
            {
                model.Read(i, slot, values);
                bytes.Write(MemoryMarshal.AsBytes<float>(values));
            }
        }

        return Digest.Of(bytes.ToArray());
    }

    private static float[] Gradient(ModelConfiguration configuration, int shards)
    {
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1, new GradientSplit(shards, SingleRank.Instance));
        float[][] gradients = [.. model.Parameters.Select(p => new float[p.Count])];
        model.ComputeGradients(Batches.Random(16, 11, 19, 3), gradients);
        return [.. gradients.SelectMany(g => g)];
    }
}
