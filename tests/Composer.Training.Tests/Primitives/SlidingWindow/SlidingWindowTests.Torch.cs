using Composer.Training.Cpu;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.SlidingWindow;

public sealed class SlidingWindowTorchTests
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData("W", 24, 3, 1, 1, 19)]
    [InlineData("WMW", 12, 6, 2, 5, 37)]
    [InlineData("MAW", 40, 5, 5, 16, 50)]
    [InlineData("W", 16, 2, 1, 23, 65)]
    [InlineData("WAM", 20, 2, 1, 7, 37)]
    [InlineData("WW", 48, 3, 1, 16, 70)]
    [InlineData("WM", 64, 2, 2, 33, 101)]
    [InlineData("W", 12, 1, 1, 64, 90)]
    [InlineData("AW", 32, 4, 2, 200, 90)]
    public void Both_engines_agree(string layers, int dim, int heads, int kvHeads, int window, int length)
    {
        var configuration = WindowOracle.Configuration(layers, dim, heads, kvHeads, window, length);
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), configuration, 5);
        Assert.True(error < 1e-4, $"{where}: {error:e2}");
    }

    [TorchFact]
    public void A_window_over_all_is_attention_to_the_bit()
    {
        var (attention, own) = WindowOracle.BesideAttention(Engine, WindowOracle.Configuration("WMW", 24, 3, 1, 50, 50));
        Assert.Equal(attention, own);
    }

    [TorchFact]
    public void A_cache_is_as_long_as_the_window()
    {
        using var model = Engine.Create(WindowOracle.Configuration("W", 24, 3, 1, 10, 400), new(1), 1);
        using var decoder = model.CreateDecoder(400);
        Assert.Equal(2 * 8 * 10 * sizeof(float) / 400, decoder.CacheBytesPerToken);
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(Engine, WindowOracle.Configuration("AWM", 24, 3, 1, 7, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
