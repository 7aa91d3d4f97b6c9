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

namespace Composer.Training.Tests.Primitives.Toy;

/// <summary>A primitive that no product source knows goes wherever the others go.</summary>
public sealed class EchoTests
{
    [Fact]
    public void Adding_a_primitive_is_these_files() => Assert.Equal(
        [
            "Echo.Description.cs", "Echo.Torch.cs", "EchoLayer.cs", "EchoLayerFactory.cs",
            "EchoTests.Torch.cs", "EchoTests.cs", "ToyRegistration.cs",
        ],
        Directory.EnumerateFiles(Path.Join(CloneRoot.Path, "tests/Composer.Training.Tests/Primitives/Toy"))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Y", 10, 1, 23)]
    [InlineData("YMY", 18, 5, 37)]
    [InlineData("AY", 16, 64, 19)]
    public void Gradient_predicts_the_loss(string layers, int dim, int delay, int length)
    {
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            var configuration = Configuration(layers, dim, delay, length);
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 1);
            TinyModels.Disturb(model, new Rng(new Seed(2)), 0.3);
            var (error, where) = PrimitiveChecks.FiniteDifferences(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length));
            Assert.True(error < 1e-2, $"{tier} {where}: {error}");
        }
    }

    [Theory]
    [InlineData("Y", 10, 1, 23)]
    [InlineData("YMAY", 18, 5, 200)]
    [InlineData("YA", 16, 64, 19)]
    public void Decoding_agrees_with_the_forward(string layers, int dim, int delay, int length)
    {
        var configuration = Configuration(layers, dim, delay, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)), 0.3);
        Assert.InRange(PrimitiveChecks.Decoding(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length)), 0, 1e-4);
        using var decoder = model.CreateBatchDecoder(length, 3);
        Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
    }

    [Fact]
    public void Checkpoint_holds_it_with_its_options()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(new CpuEngine(), Configuration("AYM", 18, 7, 21), path));
            using var file = File.OpenRead(path);
            var checkpoint = ModelCheckpoint.Open(file);
            Assert.Equal("""{"Y":{"delay":7}}""", checkpoint.Configuration.Shape.Options!.ToString());
            using var other = new CpuEngine().Create(Configuration("AYM", 18, 6, 21), new Seed(1), 1);
            Assert.Contains(
                """options {"Y":{"delay":7}} in the checkpoint, {"Y":{"delay":6}} in the model""",
                Assert.Throws<CheckpointException>(() => checkpoint.Restore(other)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_order_has_its_options_and_no_others()
    {
        var shape = new ModelShape(16, 2, 1, 8) { Options = PrimitiveOptions.Empty.With('Y', "delay", 9) };
        Assert.Equal(9, Value(new ModelConfiguration(LayerSequence.FromSymbols("AY"), shape, 5, 4)));
        Assert.Equal(5, Value(new ModelConfiguration(LayerSequence.FromSymbols("AY"), shape with { Options = null }, 5, 4)));
        Assert.Null(new ModelConfiguration(LayerSequence.FromSymbols("AM"), shape, 5, 4).Shape.Options);
        Assert.Equal(3, (shape with { Options = null }).CompletedFor("YA", OptionDefaults.InSearch).Options!.Of('Y', "delay"));

        static int? Value(ModelConfiguration configuration) => configuration.Shape.Options!.Of('Y', "delay");
    }

    [Fact]
    public void Its_tensors_begin_and_decay_as_it_says()
    {
        var configuration = Configuration("Y", 18, 5, 21);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 21);
        using var kept = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var decayed = new CpuEngine().Create(configuration, new Seed(1), 1);
        var strength = kept.Parameters.Index().Single(p => p.Item.Name == "layers.0.echo.strength").Index;
        Assert.All(Values(kept, strength), value => Assert.Equal(0.5f, value));
        kept.TrainStep(batch, new AdamWSettings(1e-2, 0));
        decayed.TrainStep(batch, new AdamWSettings(1e-2, 0.5));
        Assert.Equal(Values(kept, strength), Values(decayed, strength));
        Assert.NotEqual(Values(kept, strength + 1), Values(decayed, strength + 1));
    }

    [Fact]
    public void It_is_costed()
    {
        var configuration = Configuration("AYM", 16, 5, 21);
        var costs = ArchitectureCosts.Of(configuration.Layers, configuration.Shape, configuration.Vocabulary);
        Assert.Equal(ParameterLayout.Of(configuration).Sum(parameter => parameter.Count), costs.TotalParameters);
        var attention = ArchitectureCosts.Of(LayerSequence.FromSymbols("A"), configuration.Shape, 0);
        Assert.Equal(16 * 2 * 3, costs.KvCacheBytes(3) - attention.KvCacheBytes(3));
        Assert.Equal(16 * 2 * 5, costs.KvCacheBytes(3000) - attention.KvCacheBytes(3000));
    }

    [Fact]
    public void It_is_read_and_written() => Assert.Equal("2x(1A+3Y)", LayerSequence.Parse("AYYY+A+3Y", PrimitiveRegistry.Default).Notation);

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(Configuration("AY", 16, 5, 21), new Seed(1), 1);
        Assert.Contains(
            "Y (echo)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_comes_after_what_is_searched_by_default()
    {
        Assert.DoesNotContain('Y', PrimitiveRegistry.Default.Searched);
        Assert.Equal(PrimitiveRegistry.Default.All.Count - 1, PrimitiveRegistry.Default.PlaceOf('Y'));
    }

    private static ModelConfiguration Configuration(string layers, int dim, int delay, int length) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, 1, 1, 13) { Options = PrimitiveOptions.Empty.With('Y', "delay", delay) },
            Vocabulary: 11,
            length);

    private static float[] Values(ITrainableModel model, int parameter)
    {
        var values = new float[model.Parameters[parameter].Count];
        model.Read(parameter, StateSlot.Parameter, values);
        return values;
    }
}
