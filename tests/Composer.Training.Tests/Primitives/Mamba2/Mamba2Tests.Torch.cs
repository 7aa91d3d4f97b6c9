using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.Mamba2;

public sealed class Mamba2TorchTests(ITestOutputHelper output)
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData("S", 10, 0, 5, 5, 1)]
    [InlineData("SM", 8, 0, 16, 16, 2)]
    [InlineData("SS", 14, 21, 7, 3, 3)]
    [InlineData("S", 10, 48, 16, 16, 17)]
    [InlineData("SMS", 12, 34, 17, 1, 33)]
    [InlineData("SS", 6, 15, 5, 18, 67)]
    [InlineData("SA", 16, 0, 32, 40, 67)]
    [InlineData("S", 8, 16, 8, 7, 130)]
    [InlineData("MS", 34, 0, 4, 33, 200)]
    public void Both_engines_agree(string layers, int dim, int inner, int headSize, int state, int length)
    {
        var configuration = Mamba2Oracle.Configuration(layers, dim, inner, headSize, state, length);
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), configuration, 5);
        output.WriteLine($"{error:e2} at {where}");
        Assert.True(error < 1e-4, $"{where}: {error:e2}");
    }

    [TorchFact]
    public void A_cache_does_not_grow_with_the_length()
    {
        var configuration = Mamba2Oracle.Configuration("S", 24, 0, 16, 8, 400);
        using var model = Engine.Create(configuration, new(1), 1);
        foreach (var length in (int[])[50, 400])
        {
            using var decoder = model.CreateDecoder(length);
            Assert.Equal(sizeof(float) * ((48 * 8) + (3 * 64)) / length, decoder.CacheBytesPerToken);
        }
    }

    [TorchFact]
    public void Half_precision_keeps_states_and_steps_whole()
    {
        var configuration = Mamba2Oracle.Configuration("SM", 32, 0, 16, 16, 100);
        using var half = new TorchEngine(TorchDevice.Cpu) { Precision = TorchPrecision.Bf16 }.Create(configuration, new(1), 1);
        using var whole = Engine.Create(configuration, new(1), 1);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 100);
        for (var step = 0; step < 5; step++)
        {
            var (a, b) = (half.TrainStep(batch, new(3e-3, 0.1)).Loss, whole.TrainStep(batch, new(3e-3, 0.1)).Loss);
            Assert.InRange(a / b, 0.98, 1.02);
        }

        Assert.InRange(PrimitiveChecks.Decoding(half, batch), 0, 0.05);
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(Engine, Mamba2Oracle.Configuration("ASM", 24, 36, 9, 7, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
