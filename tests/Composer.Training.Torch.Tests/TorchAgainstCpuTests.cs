using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

/// <summary>Beside the project's own CPU engine: what one has written the other reads, and both train alike.</summary>
public class TorchAgainstCpuTests
{
    private static readonly TorchEngine Torch = new(TorchDevice.Cpu);
    private static readonly CpuEngine Cpu = new();

    [TorchTheory]
    [InlineData(true, ModelHead.Language)]
    [InlineData(false, ModelHead.Language)]
    [InlineData(true, ModelHead.Compression)]
    [InlineData(false, ModelHead.Compression)]
    public void A_training_goes_on_from_the_other_engine_s_checkpoint(bool fromCpu, ModelHead head)
    {
        var (one, other) = fromCpu ? ((ITrainingEngine)Cpu, (ITrainingEngine)Torch) : (Torch, Cpu);
        var configuration = TorchModels.Small with { Head = head };
        var batches = TorchModels.Batches(configuration, 8, 8).ToList();
        var path = Path.GetTempFileName();
        try
        {
            using var model = one.Create(configuration, new Seed(4), threads: 2);
            TorchModels.Losses(model, batches[..4]);
            using (var file = File.Create(path))
            {
                ModelCheckpoint.Save(model, CheckpointContent.Full, file);
            }

            using var stream = File.OpenRead(path);
            using var continued = ModelCheckpoint.Open(stream).Load(other, threads: 2);
            Assert.Equal(4, continued.UpdatesDone);
            Assert.True(TorchModels.State(model).AsSpan().SequenceEqual(TorchModels.State(continued)));
            var (expected, actual) = (TorchModels.Losses(model, batches[4..]), TorchModels.Losses(continued, batches[4..]));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, pair.First * 1e-4));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TorchFact]
    public void Sixteen_layers_of_20_million_parameters_follow_the_CPU_engine_for_20_steps()
    {
        var configuration = TinyModels.Configuration("AAMMMMMAAMMMAMMM", 384, 6, 3, 1216, 4096, 64);
        using var own = Torch.Create(configuration, new Seed(1), threads: 2);
        using var expected = Cpu.Create(configuration, new Seed(1), threads: 2);
        Assert.InRange(own.Parameters.Sum(parameter => parameter.Count), 19_000_000, 21_000_000);

        // Two batches in turns, so that there is something to learn.
        var batches = TorchModels.Batches(configuration, 2, 2).ToList();
        var settings = new AdamWSettings(1e-3, 0.1, ClipNorm: 1);
        var (worst, first, last) = (0.0, 0.0, 0.0);
        for (var step = 0; step < 20; step++)
        {
            var (a, b) = (own.TrainStep(batches[step % 2], settings), expected.TrainStep(batches[step % 2], settings));
            worst = Math.Max(worst, Math.Abs(a.Loss - b.Loss) / b.Loss);
            (first, last) = (step == 0 ? a.Loss : first, a.Loss);
        }

        Assert.True(last < first - 1.5, $"the loss went from {first} to {last}");
        Assert.True(worst < 2e-3, $"worst relative difference of a step's loss {worst:e2}");
    }
}
