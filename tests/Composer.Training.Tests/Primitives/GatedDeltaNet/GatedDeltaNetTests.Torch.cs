using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.GatedDeltaNet;

public sealed class GatedDeltaNetTorchTests
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData("G", 10, 6, 3, 1)]
    [InlineData("G", 24, 32, 16, 2)]
    [InlineData("GM", 18, 15, 5, 3)]
    [InlineData("GG", 12, 0, 4, 17)]
    [InlineData("G", 20, 40, 20, 33)]
    [InlineData("AG", 24, 34, 17, 67)]
    [InlineData("G", 14, 16, 16, 130)]
    [InlineData("G", 32, 64, 64, 70)]
    public void Both_engines_agree(string layers, int dim, int inner, int headSize, int length)
    {
        var configuration = DeltaOracle.Configuration(layers, dim, inner, headSize, length);
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), configuration, 5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{error:e2} ({where})");
        Assert.True(error < 1e-4, $"{where}: {error:e2}");
    }

    /// <summary>Decays, solution and states stay fp32: what bf16 rounds is what it rounds of any layer.</summary>
    [TorchFact]
    public void Mixed_precision_is_near()
    {
        var configuration = DeltaOracle.Configuration("GMG", 32, 64, 16, 90);
        using var mixed = new TorchEngine(TorchDevice.Cpu) { Precision = TorchPrecision.Bf16 }.Create(configuration, new Seed(1), 1);
        using var full = Engine.Create(configuration, new Seed(1), 1);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 90);
        var (near, exact) = (Gradients(mixed), Gradients(full));
        for (var i = 0; i < exact.Count; i++)
        {
            var length = Math.Sqrt(exact[i].Sum(g => (double)g * g));
            var error = Math.Sqrt(near[i].Zip(exact[i], (a, b) => Math.Pow(a - b, 2)).Sum()) / length;
            Assert.True(error is > 1e-5 and < 0.1, $"{full.Parameters[i].Name}: {error:e2}");
        }

        Assert.InRange(PrimitiveChecks.Decoding(mixed, batch), 0, 0.05);

        List<float[]> Gradients(ITrainableModel model)
        {
            var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
            model.ComputeGradients(batch, gradients);
            return gradients;
        }
    }

    [TorchFact]
    public void A_cache_is_as_long_for_any_length()
    {
        using var model = Engine.Create(DeltaOracle.Configuration("G", 24, 32, 16, 400), new(1), 1);
        foreach (var length in (int[])[100, 400])
        {
            using var decoder = model.CreateDecoder(length);
            Assert.Equal(((2 * 16 * 16) + (3 * 3 * 32)) * sizeof(float) / length, decoder.CacheBytesPerToken);
        }
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(Engine, DeltaOracle.Configuration("AGM", 24, 36, 12, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
