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

namespace Composer.Training.Tests.Primitives.Mamba2;

public sealed class Mamba2Tests(ITestOutputHelper output)
{
    /// <summary>
    /// Lengths below, at and beyond a convolution, a granule, a block and chunks of 16, of 32 and of 64, ragged last ones;
    /// odd widths, heads of odd sizes, one head, many, states of odd sizes.
    /// </summary>
    public static TheoryData<string, int, int, int, int, int> Shapes => new()
    {
        { "S", 10, 0, 5, 5, 1 },
        { "S", 8, 0, 16, 16, 2 },
        { "SS", 14, 21, 7, 3, 3 },
        { "S", 10, 48, 16, 16, 17 },
        { "S", 12, 34, 17, 1, 33 },
        { "SS", 6, 15, 5, 18, 67 },
        { "S", 16, 0, 32, 40, 67 },
        { "S", 6, 22, 1, 4, 70 },
        { "S", 8, 16, 8, 7, 130 },
        { "S", 4, 50, 50, 65, 130 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_agree_with_the_oracle_on_every_tier(string layers, int dim, int inner, int headSize, int state, int length)
    {
        var configuration = Mamba2Oracle.Configuration(layers, dim, inner, headSize, state, length);
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 1);
            TinyModels.Disturb(model, new Rng(new Seed(2)), 0.3);
            var (error, where) = Mamba2Oracle.Difference(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 1, length));
            output.WriteLine($"{tier}: {error:e2} at {where}");
            Assert.True(error < 1e-4, $"{tier} {where}: {error:e2}");

            // A shorter batch after a longer one finds what the longer one left behind.
            var shorter = TinyModels.Batch(configuration, new Rng(new Seed(4)), 1, Math.Max(1, (length * 2 / 3) - 1));
            (error, where) = Mamba2Oracle.Difference(model, shorter);
            Assert.True(error < 1e-4, $"{tier} {where}, shorter: {error:e2}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_predicts_the_loss(string layers, int dim, int inner, int headSize, int state, int length)
    {
        var configuration = Mamba2Oracle.Configuration($"{layers}M", dim, inner, headSize, state, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var (error, where) = PrimitiveChecks.FiniteDifferences(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length));
        output.WriteLine($"{error:e2} at {where}");
        Assert.True(error < 1e-2, $"{where}: {error:e2}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("SMS", 32, 0, 16, 16, 333)] // prompts of more than a pass's rows, several tasks of heads
    [InlineData("S", 24, 192, 48, 20, 200)] // tasks that are no power of two
    public void Decoding_agrees_with_the_forward(string layers, int dim, int inner, int headSize, int state, int length)
    {
        var configuration = Mamba2Oracle.Configuration(layers, dim, inner, headSize, state, length);
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 2);
            TinyModels.Disturb(model, new Rng(new Seed(2)));
            var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length);
            Assert.InRange(PrimitiveChecks.Decoding(model, batch), 0, 1e-5);
            foreach (var chunk in (int[])[1, 3, 17, 37])
            {
                Assert.InRange(DecodingInChunks(model, batch.Inputs.AsSpan(0, length), chunk), 0, 1e-5);
            }

            using var decoder = model.CreateBatchDecoder(length, 3);
            Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
        }
    }

    [Theory]
    [InlineData(24, 0, 16, 16)]
    [InlineData(20, 96, 48, 33)]
    public void Threads_never_change_a_bit(int dim, int inner, int headSize, int state)
    {
        var configuration = Mamba2Oracle.Configuration("SMS", dim, inner, headSize, state, 85);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 7, 85);
        List<byte[]> states = [];
        List<float[]> logits = [];
        foreach (var threads in (int[])[1, 2, 3])
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), threads);
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
            using var stream = new MemoryStream();
            ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
            states.Add(stream.ToArray());
            using var decoder = model.CreateBatchDecoder(85, 1);
            logits.Add(new float[configuration.Vocabulary]);
            decoder.Append(0, batch.Inputs.AsSpan(0, 80), logits[^1]);
            decoder.Append(0, batch.Inputs.AsSpan(80, 1), logits[^1]);
        }

        Assert.All(states, state => Assert.Equal(states[0], state));
        Assert.All(logits, row => Assert.Equal(logits[0], row));
    }

    [Fact]
    public void Steps_of_any_size_keep_gradients_finite()
    {
        var configuration = Mamba2Oracle.Configuration("S", 8, 16, 8, 4, 90);
        foreach (var bias in (float[])[-100, -20, 5, 30, 1000])
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
            var index = model.Parameters.Index().Single(p => p.Item.Name == "layers.0.mamba2.dt_bias").Index;
            model.Write(index, StateSlot.Parameter, [bias, -bias]);
            var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
            var loss = model.ComputeGradients(TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 90), gradients);
            Assert.True(double.IsFinite(loss), $"{bias}");
            Assert.All(gradients, gradient => Assert.DoesNotContain(gradient, value => !float.IsFinite(value)));
        }
    }

    [Fact]
    public void Checkpoint_holds_it_with_its_options()
    {
        var path = Path.GetTempFileName();
        try
        {
            var configuration = Mamba2Oracle.Configuration("ASM", 24, 36, 9, 7, 21);
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(new CpuEngine(), configuration, path));
            using var file = File.OpenRead(path);
            Assert.Equal(
                """{"S":{"head_size":9,"inner":36,"state":7}}""", ModelCheckpoint.Open(file).Configuration.Shape.Options!.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(128, 0, 64, 64)]
    [InlineData(96, 0, 64, 64)]
    [InlineData(64, 0, 16, 16)]
    [InlineData(50, 72, 12, 30)]
    public void Its_costs_are_those_of_the_formula(int dim, int given, int head, int state)
    {
        var shape = Mamba2Oracle.Configuration("S", dim, given, head, state, 8).Shape;
        var own = PrimitiveRegistry.Default['S'];
        long inner = given == 0 ? 2 * dim : given;
        var heads = inner / head;
        Assert.Empty(shape.Validate());
        Assert.Equal(
            (dim * ((2 * inner) + (2 * state) + heads)) + (4 * (inner + (2 * state))) + inner + (2 * state) + (3 * heads) + inner
            + (inner * dim),
            own.Parameters(shape));
        Assert.Equal(own.Parameters(shape), own.ActiveParameters(shape));
        Assert.All((int[])[1, 100, 100_000], length =>
        {
            Assert.Equal((inner * state) + (3 * (inner + (2 * state))), own.CachedValues(shape, length));
            Assert.Equal(12 * inner * state, own.MixingFlopsPerToken(shape, length));
        });
        Assert.Equal(2 * own.CachedValues(shape, 1), ArchitectureCosts.Of(LayerSequence.Parse("SM"), shape, 0).KvCacheBytes(5000));
    }

    [Fact]
    public void Its_options_have_defaults_and_mistakes_are_said_with_their_remedy()
    {
        var shape = new ModelShape(64, 4, 2, 96);
        Assert.Equal(
            """{"S":{"head_size":64,"inner":0,"state":64}}""", shape.CompletedFor("SM", OptionDefaults.AtSize).Options!.ToString());
        Assert.Equal(
            """{"S":{"head_size":16,"inner":0,"state":16}}""", shape.CompletedFor("SM", OptionDefaults.InSearch).Options!.ToString());
        foreach (var dim in (int[])[64, 96, 128])
        {
            Assert.Empty(new ModelShape(dim, 4, 2, 96).CompletedFor("SM", OptionDefaults.AtSize).Validate());
        }

        Assert.Equal(
            ["head_size of S (64) must divide its inner width (80, 2 · dim): let inner be 64 or 128, or head_size 16."],
            new ModelShape(40, 4, 2, 96).CompletedFor("SM", OptionDefaults.AtSize).Validate());
        Assert.Equal(
            ["head_size of S (64) must divide its inner width (24): let inner be 64, or head_size 8."],
            (shape with { Options = PrimitiveOptions.Empty.With('S', "inner", 24) }).Validate());
        Assert.DoesNotContain('S', PrimitiveRegistry.Default.Searched);
        Assert.Equal("inner", PrimitiveRegistry.Default['S'].WidthOption);
    }

    [Fact]
    public void It_begins_as_the_field_s_code_does()
    {
        var configuration = Mamba2Oracle.Configuration("S", 64, 1000, 2, 8, 8);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        var rates = Values(model, "a_log").Select(Math.Exp).ToList();
        Assert.All(rates, rate => Assert.InRange(rate, 1, 16.001));
        Assert.Equal(8.5, rates.Average(), 0.6);
        var steps = Values(model, "dt_bias").Select(bias => Math.Log(Math.Log(1 + Math.Exp(bias)))).ToList();
        Assert.All(steps, step => Assert.InRange(step, Math.Log(0.000999), Math.Log(0.1001)));
        Assert.Equal(Math.Log(0.01), steps.Average(), 0.2);
        Assert.All(Values(model, "d").Concat(Values(model, "norm")), value => Assert.Equal(1f, value));
        var taps = Values(model, "conv").Concat(Values(model, "conv_bias")).ToList();
        Assert.All(taps, tap => Assert.InRange(tap, -0.5, 0.5));
        Assert.Equal(1.0 / 12, taps.Average(tap => tap * tap), 0.01);
        string[] kept = ["conv_bias", "dt_bias", "a_log", "d"];
        Assert.Equal(
            kept, model.Parameters.Where(parameter => !parameter.Decays).Select(parameter => parameter.Name["layers.0.mamba2.".Length..]));
    }

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(Mamba2Oracle.Configuration("SM", 24, 0, 16, 7, 21), new Seed(1), 1);
        Assert.Contains(
            "S (Mamba-2)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }

    private static List<double> Values(ITrainableModel model, string tensor)
    {
        var index = model.Parameters.Index().Single(p => p.Item.Name == $"layers.0.mamba2.{tensor}").Index;
        var values = new float[model.Parameters[index].Count];
        model.Read(index, StateSlot.Parameter, values);
        return [.. values.Select(value => (double)value)];
    }

    // The worst |log-probability − Score's| / max(1, |Score's|) after each chunk.
    private static double DecodingInChunks(ITrainableModel model, ReadOnlySpan<int> tokens, int chunk)
    {
        var (vocabulary, worst) = (model.Configuration.Vocabulary, 0.0);
        var next = Enumerable.Range(0, tokens.Length).Select(i => (5 * i) % vocabulary).ToArray();
        var expected = new double[tokens.Length];
        model.Score(tokens, next, expected, new int[tokens.Length]);
        using var decoder = model.CreateDecoder(tokens.Length);
        var logits = new float[vocabulary];
        while (decoder.Position < tokens.Length)
        {
            decoder.Append(tokens.Slice(decoder.Position, Math.Min(chunk, tokens.Length - decoder.Position)), logits);
            var at = decoder.Position - 1;
            var greatest = logits.Max();
            var own = logits[next[at]] - greatest - Math.Log(logits.Sum(logit => Math.Exp(logit - greatest)));
            worst = Math.Max(worst, Math.Abs(own - expected[at]) / Math.Max(1, -expected[at]));
        }

        return worst;
    }
}
