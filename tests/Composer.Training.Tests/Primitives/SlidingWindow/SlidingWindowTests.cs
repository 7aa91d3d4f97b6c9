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

namespace Composer.Training.Tests.Primitives.SlidingWindow;

public sealed class SlidingWindowTests
{
    /// <summary>Narrow heads and wide ones, windows of one position, of odd numbers, of whole blocks and longer than a block.</summary>
    public static TheoryData<string, int, int, int, int, int> Shapes => new()
    {
        { "W", 24, 3, 1, 1, 19 },
        { "WM", 12, 6, 2, 5, 37 },
        { "MWM", 40, 5, 5, 16, 50 },
        { "W", 16, 2, 1, 23, 65 },
        { "WM", 18, 1, 1, 1, 21 },
        { "MWM", 20, 2, 1, 7, 37 },
        { "W", 48, 3, 1, 16, 70 },
        { "WM", 64, 2, 2, 33, 101 },
        { "W", 12, 1, 1, 64, 90 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_agree_with_the_oracle_on_every_tier(string layers, int dim, int heads, int kvHeads, int window, int length)
    {
        var configuration = WindowOracle.Configuration(layers, dim, heads, kvHeads, window, length);
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 2);
            TinyModels.Disturb(model, new Rng(new Seed(2)));
            var (error, where) = WindowOracle.Difference(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, length));
            Assert.True(error < 1e-4, $"{tier} {where}: {error:e2}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_predicts_the_loss(string layers, int dim, int heads, int kvHeads, int window, int length)
    {
        var configuration = WindowOracle.Configuration("A" + layers + "W", dim, heads, kvHeads, window, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var (error, where) = PrimitiveChecks.FiniteDifferences(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length));
        Assert.True(error < 1e-2, $"{where}: {error:e2}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("WMW", 32, 4, 2, 3, 333)]
    [InlineData("WAW", 32, 2, 1, 40, 333)] // a ring that wraps within a panel, and prompts of more than a chunk
    [InlineData("W", 24, 3, 1, 600, 1300)] // more than one block of keys
    public void Decoding_agrees_with_the_forward(string layers, int dim, int heads, int kvHeads, int window, int length)
    {
        var configuration = WindowOracle.Configuration(layers, dim, heads, kvHeads, window, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        Assert.InRange(PrimitiveChecks.Decoding(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length)), 0, 2e-5);
        using var decoder = model.CreateBatchDecoder(length, 3);
        Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
    }

    [Theory]
    [InlineData("WMW", 24, 3, 1, 50)]
    [InlineData("MW", 40, 2, 2, 77)]
    public void A_window_over_all_is_attention_to_the_bit(string layers, int dim, int heads, int kvHeads, int length)
    {
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            foreach (var window in (int[])[length, length + 1, 1 << 20])
            {
                var (attention, own) = WindowOracle.BesideAttention(
                    new CpuEngine(InstructionSet.For(tier)), WindowOracle.Configuration(layers, dim, heads, kvHeads, window, length));
                Assert.Equal(attention, own);
            }

            var (all, less) = WindowOracle.BesideAttention(
                new CpuEngine(InstructionSet.For(tier)), WindowOracle.Configuration(layers, dim, heads, kvHeads, length - 1, length));
            Assert.NotEqual(all, less);
        }
    }

    [Theory]
    [InlineData(24, 3)]
    [InlineData(64, 2)]
    public void Threads_never_change_a_bit(int dim, int heads)
    {
        var configuration = WindowOracle.Configuration("WMW", dim, heads, 1, 9, 45);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 7, 45);
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
    public void Checkpoint_holds_it_with_its_window()
    {
        var path = Path.GetTempFileName();
        try
        {
            var configuration = WindowOracle.Configuration("AWM", 24, 3, 1, 7, 21);
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(new CpuEngine(), configuration, path));
            using var file = File.OpenRead(path);
            Assert.Equal(7, ModelCheckpoint.Open(file).Configuration.Shape.Options!.Of('W', "window"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Its_costs_stop_growing_at_the_window()
    {
        var shape = new ModelShape(64, 4, 2, 96) { Options = PrimitiveOptions.Empty.With('W', "window", 16) };
        var (own, attention) = (PrimitiveRegistry.Default['W'], PrimitiveRegistry.Default['A']);
        Assert.Equal(attention.Parameters(shape), own.Parameters(shape));
        Assert.Equal(
            [1, 15, 16, 16, 16],
            ((int[])[1, 15, 16, 17, 4096]).Select(length => own.CachedValues(shape, length) / attention.CachedValues(shape, 1)));
        Assert.Equal(attention.MixingFlopsPerToken(shape, 16), own.MixingFlopsPerToken(shape, 4096));
        Assert.Equal(attention.MixingFlopsPerToken(shape, 9), own.MixingFlopsPerToken(shape, 9));
        foreach (var length in (int[])[1, 7, 16, 40])
        {
            var seen = Enumerable.Range(0, length).Average(t => Math.Min(t + 1, 16));
            Assert.Equal(14 * 64 * seen, own.LeastMixingFlopsPerToken(shape, length), 1e-6);
        }

        var costs = ArchitectureCosts.Of(LayerSequence.Parse("AWM"), shape, 0);
        Assert.Equal(2 * 2 * 2 * 16 * (1000 + 16), costs.KvCacheBytes(1000));
        Assert.Equal(2 * 2 * 2 * 16, costs.KvCacheBytesPerToken());
        Assert.Equal(2 * 2 * 2 * 16 * 16, costs.ConstantCacheBytes());
    }

    [Fact]
    public void Its_window_is_256_at_size_and_16_in_a_search()
    {
        var shape = new ModelShape(64, 4, 2, 96);
        Assert.Equal("""{"W":{"window":256}}""", shape.CompletedFor("WM", OptionDefaults.AtSize).Options!.ToString());
        Assert.Equal("""{"W":{"window":16}}""", shape.CompletedFor("AMW", OptionDefaults.InSearch).Options!.ToString());
        Assert.Equal(
            ["window of W (0) must be between 1 and 1048576."],
            (shape with { Options = PrimitiveOptions.Empty.With('W', "window", 0) }).Validate());
        Assert.DoesNotContain('W', PrimitiveRegistry.Default.Searched);
    }

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(WindowOracle.Configuration("WM", 24, 3, 1, 7, 21), new Seed(1), 1);
        Assert.Contains(
            "W (sliding-window attention)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>In operations a step: what is counted is what is computed, so that a fraction of the peak means something.</summary>
    [Fact]
    public void Training_is_measured_by_what_a_window_sees()
    {
        var (window, attention) = (WindowOracle.Configuration("W", 64, 4, 4, 8, 512), WindowOracle.Configuration("A", 64, 4, 4, 8, 512));
        Assert.InRange(Mixing(attention) - Mixing(window), 14 * 64 * 248, 14 * 64 * 249);

        static double Mixing(ModelConfiguration configuration) =>
            PrimitiveRegistry.Default[configuration.Layers[0]].LeastMixingFlopsPerToken(configuration.Shape, 512);
    }
}
