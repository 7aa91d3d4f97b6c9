using Composer.Training.Cpu;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.GatedConvolution;

public sealed class GatedConvolutionTorchTests(ITestOutputHelper output)
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    public static TheoryData<string, int, int, int> Shapes => GatedConvolutionModels.Shapes;

    [TorchTheory]
    [MemberData(nameof(Shapes))]
    public void Both_engines_agree(string layers, int dim, int inner, int length)
    {
        var configuration = GatedConvolutionModels.Configuration(layers, dim, inner, length);
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), configuration, 5);
        output.WriteLine($"{layers} {dim} {inner} {length}: {error:e1} at {where}");
        Assert.True(error < 1e-4, $"{where}: {error:e2}");
    }

    [TorchFact]
    public void A_cache_is_two_rows()
    {
        using var model = Engine.Create(GatedConvolutionModels.Configuration("C", 24, 10, 20), new(1), 1);
        using var decoder = model.CreateDecoder(20);
        Assert.Equal(2 * 10 * sizeof(float) / 20, decoder.CacheBytesPerToken);
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(Engine, GatedConvolutionModels.Configuration("ACM", 24, 19, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
