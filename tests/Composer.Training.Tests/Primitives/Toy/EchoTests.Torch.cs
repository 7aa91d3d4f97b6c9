using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.Toy;

public sealed class EchoTorchTests
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData("Y", 10, 1, 23)]
    [InlineData("AYMY", 18, 5, 37)]
    [InlineData("YA", 16, 64, 19)]
    public void Both_engines_agree(string layers, int dim, int delay, int length)
    {
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), Configuration(layers, dim, delay, length), 5);
        Assert.True(error < 1e-4, $"{where}: {error}");
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(Engine, Configuration("AYM", 18, 7, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TorchFact]
    public void Its_tensors_decay_as_it_says()
    {
        var configuration = Configuration("Y", 18, 5, 21);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 21);
        using var kept = Engine.Create(configuration, new Seed(1), 1);
        using var decayed = Engine.Create(configuration, new Seed(1), 1);
        kept.TrainStep(batch, new AdamWSettings(1e-2, 0));
        decayed.TrainStep(batch, new AdamWSettings(1e-2, 0.5));
        var (a, b) = (new float[18], new float[18]);
        kept.Read(2, StateSlot.Parameter, a);
        decayed.Read(2, StateSlot.Parameter, b);
        Assert.Equal("layers.0.echo.strength", kept.Parameters[2].Name);
        Assert.Equal(a, b);
    }

    private static ModelConfiguration Configuration(string layers, int dim, int delay, int length) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, 1, 1, 13) { Options = PrimitiveOptions.Empty.With('Y', "delay", delay) },
            Vocabulary: 11,
            length);
}
