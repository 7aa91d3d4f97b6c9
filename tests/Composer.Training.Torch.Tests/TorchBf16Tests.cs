using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

/// <summary>Mixed precision, as on a GPU, on libtorch's CPU.</summary>
public class TorchBf16Tests
{
    private static readonly TorchEngine Mixed = new(TorchDevice.Cpu) { Precision = TorchPrecision.Bf16 };

    [TorchTheory]
    [InlineData("AM", 12, 6, 2, 7, 11, 9, ModelHead.Language)]
    [InlineData("MAAM", 24, 6, 3, 17, 29, 13, ModelHead.Language)]
    [InlineData("AM", 12, 3, 1, 9, 13, 8, ModelHead.Compression)]
    [InlineData("AMAM", 64, 4, 2, 96, 61, 96, ModelHead.Language)]
    public void Gradients_are_near_those_in_fp32(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, ModelHead head)
    {
        var configuration = TinyModels.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head);
        using var mixed = TorchModels.Create(configuration, Mixed);
        using var full = TorchModels.Create(configuration);
        TinyModels.Disturb(mixed, new Rng(new Seed(2)));
        TinyModels.CopyState(mixed, full);
        var batch = TorchModels.Batches(configuration, 4, 1).First();
        using var comparison = new EngineComparison(mixed);
        var (error, where) = comparison.Gradients(batch);
        Assert.True(error < 0.1, $"gradient of {where}, relative error {error:e2}");
        Assert.Equal(full.Evaluate(batch).MeanLoss, mixed.Evaluate(batch).MeanLoss, 0.03);

        // Not by luck the fp32 path: bf16 has eight bits.
        Assert.NotInRange(error, 0, 1e-4);
    }

    [TorchFact]
    public void It_trains_as_fp32_does()
    {
        var inputs = Enumerable.Range(0, 8 * 48).Select(i => i * 3 % 61).ToArray();
        var batch = new TokenBatch(8, 48, inputs, [.. inputs.Select(token => (token + 3) % 61)]);
        using var mixed = TorchModels.Create(TorchModels.Small, Mixed);
        using var full = TorchModels.Create(TorchModels.Small);
        for (var step = 0; step < 40; step++)
        {
            var (a, b) = (mixed.TrainStep(batch, TorchModels.Settings), full.TrainStep(batch, TorchModels.Settings));
            Assert.Equal(b.Loss, a.Loss, 0.1);
        }

        Assert.InRange(mixed.Evaluate(batch).MeanLoss, 0, 0.2);
    }

    [TorchFact]
    public void Parameters_stay_fp32_and_small_updates_are_not_lost()
    {
        using var model = TorchModels.Create(TorchModels.Small, Mixed);
        var batch = TorchModels.Batches(TorchModels.Small, 2, 1).First();
        var (before, after) = (new float[64], new float[64]);
        model.Read(1, StateSlot.Parameter, before);
        model.TrainStep(batch, TorchModels.Settings with { LearningRate = 1e-5 });
        model.Read(1, StateSlot.Parameter, after);
        Assert.All(before.Zip(after), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 1e-7, 2e-5));
    }
}
