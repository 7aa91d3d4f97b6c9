using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

public class TorchReproducibilityTests
{
    [TorchTheory]
    [InlineData("AM", 16, 4, 2, 21, 13, 17, 3, ModelHead.Language)]
    [InlineData("MA", 34, 1, 1, 50, 37, 77, 32, ModelHead.Language)] // three parts, widths that are no round number
    [InlineData("AMAM", 64, 4, 2, 96, 61, 96, 40, ModelHead.Language)]
    [InlineData("AM", 256, 8, 8, 300, 256, 128, 9, ModelHead.Language)]
    [InlineData("AM", 32, 4, 4, 48, 32, 64, 40, ModelHead.Compression)]
    public void Threads_change_no_bit(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, int sequences, ModelHead head)
    {
        var configuration = TinyModels.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head);
        var batches = TorchModels.Batches(configuration, sequences, 3);
        var states = new List<(byte[] State, BatchMetrics Metrics)>();
        foreach (var threads in (int[])[1, 2, 3, 5])
        {
            using var model = TorchModels.Create(configuration, threads: threads);
            TorchModels.Losses(model, batches);
            states.Add((TorchModels.State(model), model.Evaluate(batches.First())));
        }

        Assert.All(states, state =>
        {
            Assert.True(state.State.AsSpan().SequenceEqual(states[0].State));
            Assert.Equal(states[0].Metrics, state.Metrics);
        });
    }

    [TorchTheory]
    [InlineData(TorchPrecision.Fp32)]
    [InlineData(TorchPrecision.Bf16)]
    public void A_resumed_training_repeats_an_uninterrupted_one_bit_for_bit(TorchPrecision precision)
    {
        var engine = new TorchEngine(TorchDevice.Cpu) { Precision = precision };
        var batches = TorchModels.Batches(TorchModels.Small, 12, 8).ToList();
        using var whole = TorchModels.Create(TorchModels.Small, engine);
        var expected = TorchModels.Losses(whole, batches);

        using var first = TorchModels.Create(TorchModels.Small, engine);
        TorchModels.Losses(first, batches[..3]);
        using var second = ModelCheckpoint.Open(new MemoryStream(TorchModels.State(first))).Load(engine, threads: 1);
        Assert.Equal(expected[3..], TorchModels.Losses(second, batches[3..]));
        Assert.True(TorchModels.State(whole).AsSpan().SequenceEqual(TorchModels.State(second)));
    }

    [TorchFact]
    public void Calls_on_different_threads_give_the_same_bits()
    {
        var batch = TorchModels.Batches(TorchModels.Small, 24, 1).First();
        using var here = TorchModels.Create(TorchModels.Small);
        using var there = TorchModels.Create(TorchModels.Small);
        for (var step = 0; step < 4; step++)
        {
            var expected = here.TrainStep(batch, TorchModels.Settings);
            var actual = default(StepResult);
            var thread = new Thread(() => actual = there.TrainStep(batch, TorchModels.Settings));
            thread.Start();
            thread.Join();
            Assert.Equal(expected, actual);
        }
    }

    [TorchFact]
    public void Shorter_batch_after_a_longer_one_gives_the_same_bits()
    {
        using var used = TorchModels.Create(TorchModels.Small);
        using var fresh = TorchModels.Create(TorchModels.Small);
        used.Evaluate(TorchModels.Batches(TorchModels.Small, 20, 1).First());
        var shorter = TinyModels.Batch(TorchModels.Small, new Rng(new Seed(8)), 3, 5);
        Assert.Equal(fresh.TrainStep(shorter, TorchModels.Settings), used.TrainStep(shorter, TorchModels.Settings));
    }
}
