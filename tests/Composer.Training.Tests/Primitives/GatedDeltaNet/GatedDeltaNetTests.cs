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

namespace Composer.Training.Tests.Primitives.GatedDeltaNet;

public sealed class GatedDeltaNetTests
{
    /// <summary>Heads that are padded and not, of chunks of 16 and 32; one position, less than a chunk, ragged last ones.</summary>
    public static TheoryData<string, int, int, int, int> Shapes => new()
    {
        { "G", 10, 6, 3, 1 },
        { "G", 24, 32, 16, 2 },
        { "G", 18, 15, 5, 3 },
        { "GG", 12, 0, 4, 17 },
        { "G", 20, 40, 20, 33 },
        { "G", 24, 34, 17, 67 },
        { "G", 14, 16, 16, 130 },
        { "G", 10, 40, 40, 35 },
        { "G", 16, 64, 64, 70 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_agree_with_the_oracle_on_every_tier(string layers, int dim, int inner, int headSize, int length)
    {
        var configuration = DeltaOracle.Configuration(layers, dim, inner, headSize, length);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, length);
        (double Loss, List<double[]> Gradients)? oracle = null;
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 2);
            TinyModels.Disturb(model, new Rng(new Seed(2)));
            oracle ??= DeltaOracle.Gradients(model, batch);
            var (error, where) = DeltaOracle.Difference(model, batch, oracle.Value);
            TestContext.Current.TestOutputHelper?.WriteLine($"{tier}: {error:e2} ({where})");
            Assert.True(error < 1e-4, $"{tier} {where}: {error:e2}");
        }
    }

    /// <summary>Exponents are differences at most 0: where a chunk forgets all, nothing overflows on the way.</summary>
    /// <remarks>
    /// Beside the model's greatest gradient: that by a decay is a difference of sums, and where all is forgotten of equal ones.
    /// </remarks>
    [Theory]
    [InlineData(3, 2)]
    [InlineData(8, 3)]
    [InlineData(-12, -8)]
    public void Any_decay_is_computed(float bias, float logRate)
    {
        var configuration = DeltaOracle.Configuration("G", 16, 32, 16, 45);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 1, 45);
        (double Loss, List<double[]> Gradients)? oracle = null;
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 1);
            Write(model, "a_bias", bias);
            Write(model, "a_log", logRate);
            oracle ??= DeltaOracle.Gradients(model, batch);
            var (error, where) = DeltaOracle.Difference(model, batch, oracle.Value, besideAll: 1);
            Assert.True(error < 1e-4, $"{tier} {where}: {error:e2}");
        }

        static void Write(ITrainableModel model, string name, float value)
        {
            var parameter = model.Parameters.Index().Single(p => p.Item.Name.EndsWith("delta." + name, StringComparison.Ordinal));
            model.Write(parameter.Index, StateSlot.Parameter, [.. Enumerable.Repeat(value, (int)parameter.Item.Count)]);
        }
    }

    /// <remarks>In double precision: queries and outputs are divided by their lengths, so only small steps say anything.</remarks>
    [Theory]
    [InlineData("GG", 12, 10, 5, 19)]
    [InlineData("G", 10, 34, 17, 37)]
    public void Gradient_predicts_the_loss(string layers, int dim, int inner, int headSize, int length)
    {
        const double Step = 1e-5;
        var configuration = DeltaOracle.Configuration(layers, dim, inner, headSize, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 1, length);
        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        model.ComputeGradients(batch, gradients);
        for (var i = 0; i < gradients.Count; i++)
        {
            var norm = Math.Sqrt(gradients[i].Sum(g => (double)g * g));
            Assert.True(norm > 1e-4, model.Parameters[i].Name);
            double LossAt(double along) =>
                DeltaOracle.LossAt(model, batch, i, [.. gradients[i].Select(g => along * g / norm)]);
            var slope = (LossAt(Step) - LossAt(-Step)) / (2 * Step);
            Assert.True(Math.Abs(slope - norm) / norm < 1e-4, $"{model.Parameters[i].Name}: {slope}, expected {norm}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("GAG", 32, 64, 16, 333)] // prompts of more than a chunk of the decoder
    [InlineData("GM", 64, 64, 64, 150)]
    public void Decoding_agrees_with_the_forward(string layers, int dim, int inner, int headSize, int length)
    {
        var configuration = DeltaOracle.Configuration(layers, dim, inner, headSize, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        Assert.InRange(PrimitiveChecks.Decoding(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length)), 0, 1e-5);
        using var decoder = model.CreateBatchDecoder(length, 3);
        Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
    }

    [Fact]
    public void Chunks_of_a_prompt_change_nothing()
    {
        var configuration = DeltaOracle.Configuration("GG", 24, 34, 17, 90);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var tokens = TinyModels.Batch(configuration, new Rng(new Seed(3)), 1, 90).Inputs;
        var (whole, pieces) = (new float[13], new float[13]);
        using var decoder = model.CreateBatchDecoder(90, 1);
        decoder.Append(0, tokens, whole);
        decoder.Reset();
        for (var (at, size) = (0, 1); at < tokens.Length; at += size, size += 2)
        {
            decoder.Append(0, tokens.AsSpan(at, Math.Min(size, tokens.Length - at)), pieces);
        }

        Assert.All(whole.Zip(pieces), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_longer_sequence_before_leaves_nothing()
    {
        var configuration = DeltaOracle.Configuration("GMG", 20, 40, 20, 75);
        var (longer, shorter) = (
            TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 75), TinyModels.Batch(configuration, new Rng(new Seed(4)), 2, 35));
        using var fresh = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var used = new CpuEngine().Create(configuration, new Seed(1), 1);
        Gradients(used, longer);
        Assert.Equal(Gradients(fresh, shorter), Gradients(used, shorter));

        static List<float[]> Gradients(ITrainableModel model, TokenBatch batch)
        {
            var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
            model.ComputeGradients(batch, gradients);
            return gradients;
        }
    }

    [Theory]
    [InlineData(24, 48, 16)]
    [InlineData(40, 40, 40)]
    public void Threads_never_change_a_bit(int dim, int inner, int headSize)
    {
        var configuration = DeltaOracle.Configuration("GMG", dim, inner, headSize, 45);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 7, 45);
        List<byte[]> states = [];
        List<float[]> said = [];
        foreach (var threads in (int[])[1, 2, 3])
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), threads);
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            using var stream = new MemoryStream();
            ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
            states.Add(stream.ToArray());
            said.Add(new float[13]);
            using var decoder = model.CreateBatchDecoder(45, 1);
            decoder.Append(0, batch.Inputs.AsSpan(0, 45), said[^1]);
        }

        Assert.All(states, state => Assert.Equal(states[0], state));
        Assert.All(said, logits => Assert.Equal(said[0], logits));
    }

    [Fact]
    public void Checkpoint_holds_it_with_its_options()
    {
        var path = Path.GetTempFileName();
        try
        {
            var configuration = DeltaOracle.Configuration("AGM", 24, 36, 12, 21);
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(new CpuEngine(), configuration, path));
            using var file = File.OpenRead(path);
            Assert.Equal(
                """{"G":{"head_size":12,"inner":36}}""", ModelCheckpoint.Open(file).Configuration.Shape.Options!.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Its_costs_are_those_of_its_form()
    {
        const long Dim = 96, Inner = 64, HeadSize = 16, Heads = Inner / HeadSize;
        var configuration = DeltaOracle.Configuration("G", (int)Dim, (int)Inner, (int)HeadSize, 50);
        var (own, shape) = (PrimitiveRegistry.Default['G'], configuration.Shape);
        Assert.Equal((5 * Dim * Inner) + (12 * Inner) + (2 * Dim * Heads) + (2 * Heads) + HeadSize, own.Parameters(shape));
        Assert.Equal(own.Parameters(shape), own.ActiveParameters(shape));
        Assert.All([1, 50, 1 << 20], length => Assert.Equal(18 * HeadSize * Inner, own.MixingFlopsPerToken(shape, length)));
        Assert.All([1, 50, 1 << 20], length => Assert.Equal((Heads * HeadSize * HeadSize) + (9 * Inner), own.CachedValues(shape, length)));
        var costs = ArchitectureCosts.Of(configuration.Layers, shape, configuration.Vocabulary);
        Assert.Equal(ParameterLayout.Of(configuration).Sum(parameter => parameter.Count), costs.TotalParameters);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        using var decoder = model.CreateBatchDecoder(50, 1);
        Assert.Equal(own.CachedValues(shape, 50), decoder.CacheBytes / sizeof(float));
    }

    [Fact]
    public void Its_width_is_the_models_and_its_heads_are_64_at_size_and_16_in_a_search()
    {
        var shape = new ModelShape(128, 4, 2, 96);
        Assert.Equal("""{"G":{"head_size":64,"inner":0}}""", shape.CompletedFor("GM", OptionDefaults.AtSize).Options!.ToString());
        Assert.Equal("""{"G":{"head_size":16,"inner":0}}""", shape.CompletedFor("AMG", OptionDefaults.InSearch).Options!.ToString());
        Assert.Equal("inner", PrimitiveRegistry.Default['G'].WidthOption);
        Assert.DoesNotContain('G', PrimitiveRegistry.Default.Searched);
        Assert.Empty(shape.CompletedFor("G", OptionDefaults.AtSize).Validate());
        Assert.Equal(
            ["inner of G (100) must be a multiple of its head_size (64): set inner to 64, or head_size to 50."],
            (shape with { Options = PrimitiveOptions.Empty.With('G', "inner", 100).With('G', "head_size", 64) }).Validate());
        Assert.Equal(
            [
                "dim, which is the inner width of G where inner is 0, (24) must be a multiple of its head_size (16): "
                    + "set inner to 16, or head_size to 12.",
            ],
            new ModelShape(24, 1, 1, 8).CompletedFor("G", OptionDefaults.InSearch).Validate());
    }

    [Fact]
    public void It_begins_as_the_published_code_does()
    {
        var configuration = DeltaOracle.Configuration("G", 16, 4096, 1, 4);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        var steps = Values("a_bias").Select(bias => Math.Log(1 + Math.Exp(bias))).Order().ToList();
        var rates = Values("a_log").Select(value => Math.Exp(value)).Order().ToList();
        Assert.InRange(steps[0], 0.000999, 0.00102);
        Assert.InRange(steps[^1], 0.098, 0.1001);
        Assert.InRange(steps[2048], 0.009, 0.011);
        Assert.InRange(rates[0], 0, 0.02);
        Assert.InRange(rates[^1], 15.97, 16.0001);
        Assert.InRange(rates.Average(), 7.8, 8.2);
        Assert.Equal(
            ["a_bias", "a_log"],
            model.Parameters.Where(parameter => !parameter.Decays).Select(parameter => parameter.Name["layers.0.delta.".Length..]));

        IEnumerable<float> Values(string name)
        {
            var index = model.Parameters.Index().Single(p => p.Item.Name == "layers.0.delta." + name).Index;
            var values = new float[model.Parameters[index].Count];
            model.Read(index, StateSlot.Parameter, values);
            return values;
        }
    }

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(DeltaOracle.Configuration("GM", 24, 0, 8, 21), new Seed(1), 1);
        Assert.Contains(
            "G (gated DeltaNet)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }
}
