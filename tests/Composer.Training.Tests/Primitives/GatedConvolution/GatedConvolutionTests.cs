using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Primitives.GatedConvolution;

public sealed class GatedConvolutionTests(ITestOutputHelper output)
{
    public static TheoryData<string, int, int, int> Shapes => GatedConvolutionModels.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_and_inference_agree_with_the_oracle_on_every_tier(string layers, int dim, int inner, int length)
    {
        var configuration = GatedConvolutionModels.Configuration(layers, dim, inner, length);
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 2);
            var rng = new Rng(new Seed(2));
            TinyModels.Disturb(model, rng);
            using var comparison = new EngineComparison(model);
            var longest = comparison.Gradients(TinyModels.Batch(configuration, rng, 2, length));

            // A shorter sequence after a longer one finds what the longer one left behind.
            var shorter = comparison.Gradients(TinyModels.Batch(configuration, rng, 2, (length / 2) + 1));
            var inference = comparison.Inference(TinyModels.Batch(configuration, rng, 2, length));
            output.WriteLine($"{tier}: gradients {longest.Error:e1}, of shorter ones {shorter.Error:e1}, inference {inference:e1}");
            Assert.True(longest.Error < 2e-5, $"{tier} {longest.Where}: {longest.Error:e2}");
            Assert.True(shorter.Error < 2e-5, $"{tier} {shorter.Where}: {shorter.Error:e2}");
            Assert.InRange(inference, 0, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_predicts_the_loss(string layers, int dim, int inner, int length)
    {
        var configuration = GatedConvolutionModels.Configuration("M" + layers, dim, inner, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var (error, where) = PrimitiveChecks.FiniteDifferences(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length));
        Assert.True(error < 1e-2, $"{where}: {error:e2}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("CMC", 20, 35, 333)] // prompts of more than a chunk
    public void Decoding_agrees_with_the_forward(string layers, int dim, int inner, int length)
    {
        var configuration = GatedConvolutionModels.Configuration(layers, dim, inner, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        Assert.InRange(PrimitiveChecks.Decoding(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length)), 0, 1e-5);
        using var decoder = model.CreateBatchDecoder(length, 3);
        Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
    }

    [Fact]
    public void Threads_never_change_a_bit()
    {
        var configuration = GatedConvolutionModels.Configuration("CMC", 24, 33, 75);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 7, 75);
        List<byte[]> states = [];
        foreach (var threads in (int[])[1, 2, 3])
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), threads);
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            using var stream = new MemoryStream();
            ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
            states.Add(stream.ToArray());
        }

        Assert.All(states, state => Assert.Equal(states[0], state));
    }

    [Fact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(
                new CpuEngine(), GatedConvolutionModels.Configuration("ACM", 24, 19, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Its_costs_are_four_dim_squared_and_two_rows_whatever_the_length()
    {
        var shape = new ModelShape(64, 4, 2, 96);
        var own = PrimitiveRegistry.Default['C'];
        Assert.Equal((4 * 64 * 64) + (3 * 64), own.Parameters(shape));
        Assert.Equal(own.Parameters(shape), own.ActiveParameters(shape));
        Assert.Equal([128, 128], ((int[])[1, 4096]).Select(length => own.CachedValues(shape, length)));
        var narrow = shape with { Options = PrimitiveOptions.Empty.With('C', "inner", 20) };
        Assert.Equal((4 * 64 * 20) + (3 * 20), own.Parameters(narrow));
        Assert.Equal(2 * 20 * sizeof(float), 4 * own.CachedValues(narrow, 77));
        Assert.Equal(6 * own.Parameters(shape), ArchitectureCosts.Of(LayerSequence.Parse("C"), shape, 0).TrainingFlopsPerToken(999));
        Assert.Equal("""{"C":{"inner":0}}""", shape.CompletedFor("CM", OptionDefaults.InSearch).Options!.ToString());
        Assert.Equal(
            ["inner of C (-1) must be between 0 and 1048576."],
            (shape with { Options = PrimitiveOptions.Empty.With('C', "inner", -1) }).Validate());
    }

    /// <summary>Uniform in ±1/√3, whatever rule the matrices begin by.</summary>
    [Fact]
    public void Its_taps_begin_as_those_of_the_field()
    {
        using var model = new CpuEngine().Create(GatedConvolutionModels.Configuration("C", 400, 0, 3), new Seed(1), 1);
        var index = model.Parameters.ToList().FindIndex(parameter => parameter.Name == "layers.0.conv.taps");
        var values = new float[3 * 400];
        model.Read(index, StateSlot.Parameter, values);
        Assert.InRange(values.Max(Math.Abs), 0.99 / Math.Sqrt(3), 1 / Math.Sqrt(3));
        Assert.InRange(values.Average(v => v * v), 0.095, 0.127);
        Assert.InRange(values.Average(), -0.03, 0.03);
        Assert.False(model.Parameters[index].FollowsWidth);
    }

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(GatedConvolutionModels.Configuration("CM", 24, 0, 21), new Seed(1), 1);
        Assert.Contains(
            "C (gated short convolution)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }
}
