using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Cpu;

public sealed class CpuModelTests
{
    private static readonly AdamWSettings Settings = new(1e-2, 0.1, ClipNorm: 1);

    [Theory]
    [InlineData(24, 3, 1, 40)] // narrow heads, an odd number
    [InlineData(24, 4, 2, 40)] // narrow heads, padded
    [InlineData(40, 2, 1, 17)] // wide heads, padded
    [InlineData(64, 2, 2, 32)] // wide heads
    public void Decoder_agrees_with_the_forward_of_training(int dim, int heads, int kvHeads, int hidden)
    {
        const int Length = 45;
        const int Vocabulary = 19;
        var configuration = Batches.Configuration("AMAM", dim, heads, kvHeads, hidden, Vocabulary, Length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        Batches.Spread(model, 2);
        var batch = Batches.Random(1, Length, Vocabulary, 3, ignored: 0);
        var expected = new double[Length];
        model.Score(batch.Inputs, batch.Targets, expected, new int[Length]);

        using var decoder = model.CreateDecoder(Length);
        for (var pass = 0; pass < 2; pass++)
        {
            // A prompt that is no whole number of chunks, then token by token.
            var position = pass == 0 ? 0 : 21;
            if (position > 0)
            {
                decoder.Append(batch.Inputs.AsSpan(0, position), new float[Vocabulary]);
            }

            for (; position < Length; position++)
            {
                var logits = new float[Vocabulary];
                decoder.Append(batch.Inputs.AsSpan(position, 1), logits);
                var logSum = Math.Log(logits.Sum(logit => Math.Exp(logit)));
                Assert.Equal(expected[position], logits[batch.Targets[position]] - logSum, 1e-5);
            }

            Assert.Equal(Length, decoder.Position);
            Assert.Throws<ArgumentException>(() => decoder.Append([0], new float[Vocabulary]));
            decoder.Reset();
        }
    }

    [Fact]
    public void Decoder_sees_the_parameters_that_were_written()
    {
        using var model = Small(out var batch);
        using var other = Small(out _, seed: 9);
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            other.Read(i, StateSlot.Parameter, values);
            model.Write(i, StateSlot.Parameter, values);
        }

        var (expected, actual) = (new float[11], new float[11]);
        using var otherDecoder = other.CreateDecoder(8);
        otherDecoder.Append(batch.Inputs.AsSpan(0, 8), expected);
        using var decoder = model.CreateDecoder(8);
        decoder.Append(batch.Inputs.AsSpan(0, 8), actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Cache_holds_keys_and_values_of_the_attention_layers()
    {
        var configuration = Batches.Configuration("AMA", 64, 4, 2, 8, 11, 64);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var decoder = model.CreateDecoder(64);
        Assert.Equal(2 * 2 * 2 * 16 * sizeof(float), decoder.CacheBytesPerToken);
    }

    [Fact]
    public void Training_lowers_the_loss_of_a_learnable_sequence()
    {
        using var model = Small(out _);
        var inputs = Enumerable.Range(0, 4 * 24).Select(i => i * 3 % 11).ToArray();
        var batch = new TokenBatch(4, 24, inputs, [.. inputs.Select(token => (token + 3) % 11)]);
        var before = model.TrainStep(batch, Settings);
        for (var step = 0; step < 60; step++)
        {
            model.TrainStep(batch, Settings);
        }

        Assert.Equal(Math.Log(11), before.Loss, 0.5);
        Assert.True(model.Evaluate(batch).MeanLoss < 0.1);
        Assert.Equal(1, model.Evaluate(batch).Accuracy);
    }

    [Fact]
    public void Restored_state_continues_bit_for_bit()
    {
        using var model = Small(out var batch);
        model.TrainStep(batch, Settings);
        using var copy = Small(out _, seed: 77);
        foreach (var slot in Enum.GetValues<StateSlot>())
        {
            for (var i = 0; i < model.Parameters.Count; i++)
            {
                var values = new float[model.Parameters[i].Count];
                model.Read(i, slot, values);
                copy.Write(i, slot, values);
            }
        }

        copy.RestoreUpdatesDone(model.UpdatesDone);
        Assert.Equal(model.TrainStep(batch, Settings), copy.TrainStep(batch, Settings));
        Assert.Equal(model.TrainStep(batch, Settings), copy.TrainStep(batch, Settings));
        Assert.Equal(3, copy.UpdatesDone);
    }

    [Fact]
    public void Step_that_is_not_finite_changes_nothing()
    {
        using var model = Small(out var batch);
        var gain = new float[24];
        model.Read(1, StateSlot.Parameter, gain);
        model.Write(1, StateSlot.Parameter, [.. Enumerable.Repeat(float.NaN, 24)]);
        Assert.False(model.TrainStep(batch, Settings).IsFinite);
        Assert.Equal(0, model.UpdatesDone);

        // What the failed step left in the buffers does no harm.
        model.Write(1, StateSlot.Parameter, gain);
        using var fresh = Small(out _);
        Assert.Equal(fresh.TrainStep(batch, Settings), model.TrainStep(batch, Settings));
    }

    [Fact]
    public void Shorter_batch_after_a_longer_one_gives_the_same_bits()
    {
        using var model = Small(out var batch);
        using var fresh = Small(out _);
        model.Evaluate(batch);
        var shorter = Batches.Random(2, 5, 11, 8);
        Assert.Equal(fresh.TrainStep(shorter, Settings), model.TrainStep(shorter, Settings));
    }

    [Fact]
    public void Score_and_Evaluate_tell_the_same()
    {
        using var model = Small(out var batch);
        var predictions = new int[batch.Inputs.Length];
        var metrics = model.Evaluate(batch, predictions);
        var (sum, correct) = (0.0, 0);
        for (var s = 0; s < batch.Sequences; s++)
        {
            var range = new Range(s * batch.Length, (s + 1) * batch.Length);
            var (logs, predicted) = (new double[batch.Length], new int[batch.Length]);
            model.Score(batch.Inputs.AsSpan(range), batch.Targets.AsSpan(range), logs, predicted);
            Assert.Equal(predictions[range], predicted);
            sum -= logs.Sum();
            correct += predicted.Zip(batch.Targets[range]).Count(pair => pair.First == pair.Second && pair.First >= 0);
            Assert.All(batch.Targets[range].Zip(logs), pair => Assert.Equal(pair.First == TokenBatch.Ignored, pair.Second == 0));
        }

        Assert.Equal(metrics.SummedLoss, sum, 1e-9);
        Assert.Equal(metrics.Correct, correct);
        Assert.Equal(batch.CountedTargets, metrics.CountedTargets);
        Assert.Equal(model.TrainStep(batch, Settings).Loss, metrics.MeanLoss, 1e-6);
    }

    [Fact]
    public void Mistaken_batches_are_refused()
    {
        using var model = Small(out _);
        void Refused(int length, int token, int target) => Assert.Throws<ArgumentException>(() => model.TrainStep(
            new TokenBatch(1, length, [.. Enumerable.Repeat(token, length)], [.. Enumerable.Repeat(target, length)]), Settings));
        Refused(24, 11, 0);
        Refused(24, -1, 0);
        Refused(24, 0, 11);
        Refused(24, 0, -2);
        Refused(25, 0, 0);
        Refused(24, 0, TokenBatch.Ignored);
    }

    [Fact]
    public void Configuration_that_cannot_be_built_is_refused()
    {
        var engine = new CpuEngine();
        Assert.Throws<ArgumentException>(() => engine.Create(Batches.Configuration("A", 10, 3, 1, 8, 5, 4), new Seed(1), 1));
        Assert.Throws<NotSupportedException>(() => engine.Create(Batches.Configuration("AZ", 12, 3, 1, 8, 5, 4), new Seed(1), 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Steady_steps_allocate_next_to_nothing(int threads)
    {
        var configuration = Batches.Configuration("AMA", 24, 3, 1, 40, 11, 24);
        using var model = new CpuEngine().Create(configuration, new Seed(1), threads);
        var batch = Batches.Random(20, 24, 11, 3);

        // What the runtime does once, such as to compile a loop again, falls into one of the rounds at most.
        const int Steps = 10;
        var allocated = new List<long>();
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < Steps; step++)
            {
                model.TrainStep(batch, Settings);
                model.Evaluate(batch);
            }

            allocated.Add((GC.GetAllocatedBytesForCurrentThread() - before) / Steps);
        }

        Assert.InRange(allocated.Min(), 0, 256);
    }

    [Fact]
    public void Disposed_model_refuses_work()
    {
        var model = Small(out var batch);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.TrainStep(batch, Settings));
    }

    [Fact]
    public void Gradient_of_the_mean_is_independent_of_how_often_a_batch_repeats()
    {
        using var model = Small(out var batch);
        var once = Batches.Gradients(model, batch, out var loss);
        var doubled = new TokenBatch(
            2 * batch.Sequences, batch.Length, [.. batch.Inputs, .. batch.Inputs], [.. batch.Targets, .. batch.Targets]);
        var twice = Batches.Gradients(model, doubled, out var sameLoss);
        Assert.Equal(loss, sameLoss, 1e-9);
        for (var i = 0; i < once.Length; i++)
        {
            Assert.All(once[i].Zip(twice[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    private static ITrainableModel Small(out TokenBatch batch, ulong seed = 1)
    {
        batch = Batches.Random(5, 24, 11, 3);
        return new CpuEngine().Create(Batches.Configuration("AMA", 24, 3, 1, 40, 11, 24), new Seed(seed), 1);
    }
}
