using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Cpu;

public sealed class BatchDecoderTests
{
    private const int Vocabulary = 19;

    [Theory]
    [InlineData(24, 3, 1, 40, 3, 45)] // narrow heads, an odd number that share
    [InlineData(24, 4, 4, 40, 16, 37)] // narrow heads, padded
    [InlineData(40, 2, 1, 17, 9, 33)] // wide heads, padded
    [InlineData(64, 2, 2, 32, 1, 150)] // wide heads, more than a chunk of prompt
    [InlineData(16, 2, 1, 16, 2, 1100)] // more than one block of keys
    [InlineData(32, 2, 1, 16, 2, 1100)]
    public void Batch_agrees_with_the_forward_of_training(int dim, int heads, int kvHeads, int hidden, int sequences, int length)
    {
        using var model = Model(dim, heads, kvHeads, hidden, length, 1);
        var (batch, expected) = Expected(model, sequences, length);
        using var decoder = model.CreateBatchDecoder(length, sequences);
        for (var round = 0; round < 2; round++)
        {
            decoder.Reset();
            var logits = new float[sequences * Vocabulary];

            // Every sequence with a prompt of another length; the steps then are at different positions.
            for (var i = 0; i < sequences; i++)
            {
                var prompt = Math.Max(1, (length * 2 / 3) - (i * 5 % 16));
                var row = logits.AsSpan(i * Vocabulary, Vocabulary);
                decoder.Append(i, batch.Inputs.AsSpan(i * length, prompt), row);
                AssertLogProbability(expected, batch, (i * length) + prompt - 1, row);
            }

            var tokens = new int[sequences];
            for (var step = 0; step < 6; step++)
            {
                for (var i = 0; i < sequences; i++)
                {
                    tokens[i] = batch.Inputs[(i * length) + decoder.PositionOf(i)];
                }

                decoder.Step(tokens, logits);
                for (var i = 0; i < sequences; i++)
                {
                    AssertLogProbability(
                        expected, batch, (i * length) + decoder.PositionOf(i) - 1, logits.AsSpan(i * Vocabulary, Vocabulary));
                }
            }
        }
    }

    [Fact]
    public void Every_batch_from_1_to_16_agrees_with_the_forward_of_training()
    {
        for (var sequences = 1; sequences <= 16; sequences++)
        {
            Batch_agrees_with_the_forward_of_training(48, 3, 1, 30, sequences, 24);
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var one = Decode(threads: 1);
        Assert.Equal(one, Decode(threads: 2));
        Assert.Equal(one, Decode(threads: 3));
    }

    [Fact]
    public void Every_tier_agrees_with_the_scalar_kernels()
    {
        var expected = Decode(1, InstructionSetTier.Scalar);
        for (var tier = InstructionSetTier.Scalar + 1; tier <= InstructionSet.Tier; tier++)
        {
            var actual = Decode(2, tier);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-4f);
            }
        }
    }

    [Fact]
    public void Wrong_calls_are_refused_and_change_nothing()
    {
        using var model = Model(16, 2, 1, 16, 8, 1);
        using var decoder = model.CreateBatchDecoder(3, 2);
        var logits = new float[2 * Vocabulary];
        Assert.Throws<ArgumentException>(() => decoder.Step([1], logits));
        Assert.Throws<ArgumentException>(() => decoder.Step([1, Vocabulary], logits));
        Assert.Throws<ArgumentException>(() => decoder.Step([1, 2], new float[Vocabulary]));
        Assert.Throws<ArgumentException>(() => decoder.Append(0, [], logits.AsSpan(0, Vocabulary).ToArray()));
        Assert.Equal((0, 0), (decoder.PositionOf(0), decoder.PositionOf(1)));
        decoder.Append(1, [1, 2, 3], logits.AsSpan(0, Vocabulary));
        Assert.Throws<ArgumentException>(() => decoder.Step([1, 2], logits));
        Assert.Equal((0, 3), (decoder.PositionOf(0), decoder.PositionOf(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateBatchDecoder(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateBatchDecoder(0, 1));
    }

    [Theory]
    [InlineData("AMAM", 24, 3, 1, 7)]
    [InlineData("AMAM", 40, 2, 1, 16)]
    [InlineData("WMAM", 32, 2, 2, 9)]
    public void Decoding_goes_on_beyond_the_trained_length(string layers, int dim, int heads, int kvHeads, int trained)
    {
        const int Length = 150;
        var configuration = Batches.Configuration(layers, dim, heads, kvHeads, 20, Vocabulary, Length);
        using var longer = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var shorter = new CpuEngine().Create(configuration with { MaximumLength = trained }, new Seed(1), 2);
        var (batch, expected) = Expected(longer, 2, Length);
        var (_, before) = Expected(shorter, 2, trained);
        using (var small = shorter.CreateBatchDecoder(trained, 1))
        using (var decoder = shorter.CreateBatchDecoder(Length, 2))
        {
            var logits = new float[2 * Vocabulary];
            for (var i = 0; i < 2; i++)
            {
                decoder.Append(i, batch.Inputs.AsSpan(i * Length, trained + i), logits.AsSpan(i * Vocabulary, Vocabulary));
            }

            while (decoder.PositionOf(1) < Length)
            {
                decoder.Step([.. Enumerable.Range(0, 2).Select(i => batch.Inputs[(i * Length) + decoder.PositionOf(i)])], logits);
                for (var i = 0; i < 2; i++)
                {
                    AssertLogProbability(
                        expected, batch, (i * Length) + decoder.PositionOf(i) - 1, logits.AsSpan(i * Vocabulary, Vocabulary));
                }
            }

            // One that was there before the positions went on.
            small.Append(0, batch.Inputs.AsSpan(0, trained), logits.AsSpan(0, Vocabulary));
            AssertLogProbability(expected, batch, trained - 1, logits.AsSpan(0, Vocabulary));
        }

        Assert.Equal(before, Expected(shorter, 2, trained).LogProbabilities);
    }

    [Fact]
    public void Cache_holds_keys_and_values_of_every_sequence()
    {
        var configuration = Batches.Configuration("AMA", 64, 4, 2, 8, 11, 64);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var decoder = model.CreateBatchDecoder(64, 5);
        Assert.Equal(2L * 2 * 2 * 16 * sizeof(float) * 64 * 5, decoder.CacheBytes);
    }

    private static ITrainableModel Model(
        int dim, int heads, int kvHeads, int hidden, int length, int threads, InstructionSetTier? tier = null)
    {
        var configuration = Batches.Configuration("AMAM", dim, heads, kvHeads, hidden, Vocabulary, length);
        var model = new CpuEngine(InstructionSet.For(tier ?? InstructionSet.Tier)).Create(configuration, new Seed(1), threads);
        Batches.Spread(model, 2);
        return model;
    }

    private static (TokenBatch Batch, double[] LogProbabilities) Expected(ITrainableModel model, int sequences, int length)
    {
        var batch = Batches.Random(sequences, length, Vocabulary, 3, ignored: 0);
        var expected = new double[sequences * length];
        for (var i = 0; i < sequences; i++)
        {
            model.Score(
                batch.Inputs.AsSpan(i * length, length),
                batch.Targets.AsSpan(i * length, length),
                expected.AsSpan(i * length, length),
                new int[length]);
        }

        return (batch, expected);
    }

    private static void AssertLogProbability(double[] expected, TokenBatch batch, int at, Span<float> logits)
    {
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit);
        }

        Assert.Equal(expected[at], logits[batch.Targets[at]] - Math.Log(sum), 1e-5);
    }

    // Wide enough that products and attention are shared between threads.
    private static float[] Decode(int threads, InstructionSetTier? tier = null)
    {
        using var model = Model(160, 10, 5, 300, 96, threads, tier);
        var batch = Batches.Random(5, 96, Vocabulary, 4, ignored: 0);
        using var decoder = model.CreateBatchDecoder(96, 5);
        var logits = new float[5 * Vocabulary];
        for (var i = 0; i < 5; i++)
        {
            decoder.Append(i, batch.Inputs.AsSpan(i * 96, 90 - i), logits.AsSpan(0, Vocabulary));
        }

        decoder.Step([1, 2, 3, 4, 5], logits);
        return logits;
    }
}
