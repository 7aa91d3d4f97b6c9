using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Core.Ranks;
using Composer.Training.Checkpoints;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Ranks;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Primitives.MixtureOfExperts;

public sealed class MixtureOfExpertsTests(ITestOutputHelper output)
{
    public static TheoryData<string, int, int, int, int, int> Shapes => MixtureOfExpertsModels.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_and_inference_agree_with_the_oracle_on_every_tier(
        string layers, int dim, int experts, int active, int hidden, int length)
    {
        var configuration = MixtureOfExpertsModels.Configuration(layers, dim, experts, active, hidden, length);
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

    /// <summary>The oracle's own slope, in double precision: cross-entropy and what training adds, along every tensor.</summary>
    [Theory]
    [InlineData("ME", 12, 4, 2, 5, 9)]
    [InlineData("EAE", 10, 7, 3, 4, 11)]
    public void Gradient_is_of_the_loss_and_the_imbalance(string layers, int dim, int experts, int active, int hidden, int length)
    {
        var configuration = MixtureOfExpertsModels.Configuration(layers, dim, experts, active, hidden, length);
        using var oracle = new ReferenceModel(configuration, new Seed(1));
        TinyModels.Disturb(oracle, new Rng(new Seed(2)));
        var batch = WithAnIgnoredSequence(configuration, length);
        var (loss, exact) = oracle.ExactGradients(batch);
        Assert.InRange(oracle.Objective(batch) - loss, layers.Count(s => s == 'E') * 0.008, layers.Count(s => s == 'E') * 0.03);
        var rng = new Rng(new Seed(3));
        for (var tensor = 0; tensor < oracle.Parameters.Count; tensor++)
        {
            var (values, gradient) = (oracle.Values.Tensors[tensor].Values, exact.Tensors[tensor].Values.ToArray());
            for (var sample = 0; sample < 6; sample++)
            {
                var i = rng.NextInt(values.Length);
                var kept = values[i];
                double At(double value)
                {
                    values[i] = value;
                    return oracle.Objective(batch);
                }

                var slope = (At(kept + 1e-5) - At(kept - 1e-5)) / 2e-5;
                values[i] = kept;
                Assert.True(
                    Math.Abs(slope - gradient[i]) < 1e-7 + (1e-5 * Math.Abs(slope)),
                    $"{oracle.Parameters[tensor].Name}[{i}]: {gradient[i]}, the slope is {slope}");
            }
        }
    }

    [Fact]
    public void A_loss_that_is_told_is_the_cross_entropy()
    {
        var configuration = MixtureOfExpertsModels.Configuration("EM", 24, 8, 2, 9, 21);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        var batch = WithAnIgnoredSequence(configuration, 21);
        var expected = model.Evaluate(batch).MeanLoss;
        Assert.Equal(expected, model.ComputeGradients(batch, [.. model.Parameters.Select(p => new float[p.Count])]), 1e-6);
        Assert.Equal(expected, model.TrainStep(batch, new AdamWSettings(1e-3, 0.1)).Loss, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("EME", 20, 8, 2, 9, 333)] // prompts of more than a chunk
    public void Decoding_agrees_with_the_forward(string layers, int dim, int experts, int active, int hidden, int length)
    {
        var configuration = MixtureOfExpertsModels.Configuration("A" + layers, dim, experts, active, hidden, length);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        Assert.InRange(PrimitiveChecks.Decoding(model, TinyModels.Batch(configuration, new Rng(new Seed(3)), 3, length)), 0, 1e-5);
        using var decoder = model.CreateBatchDecoder(length, 3);
        Assert.Equal(DecodingMemory.Of(configuration, 3, 2).CacheBytes, decoder.CacheBytes);
    }

    [Fact]
    public void Threads_never_change_a_bit()
    {
        var configuration = MixtureOfExpertsModels.Configuration("EME", 24, 8, 2, 33, 45);
        var batch = WithAnIgnoredSequence(configuration, 45);
        var states = ((int[])[1, 2, 3]).Select(threads => StateAfterTwoSteps(configuration, batch, threads, GradientSplit.Whole)).ToList();
        Assert.All(states, state => Assert.Equal(states[0], state));
    }

    /// <summary>Each sequence's imbalance is its own: however a batch is cut, the sum is of the same terms.</summary>
    [Fact]
    public void Shards_add_up_to_the_whole_batch()
    {
        var configuration = MixtureOfExpertsModels.Configuration("EE", 24, 8, 2, 9, 31);
        var batch = WithAnIgnoredSequence(configuration, 31);
        var gradients = ((int[])[1, 4]).Select(shards =>
        {
            using var model = new CpuModel(
                configuration, new Seed(1), 2, InstructionSet.Kernels, split: new GradientSplit(shards, SingleRank.Instance));
            var own = model.Parameters.Select(p => new float[p.Count]).ToList();
            model.ComputeGradients(batch, own);
            return own;
        }).ToList();
        for (var i = 0; i < gradients[0].Count; i++)
        {
            var size = gradients[0][i].Max(Math.Abs);
            Assert.All(gradients[0][i].Zip(gradients[1][i]), pair => Assert.InRange(pair.Second - pair.First, -1e-5 * size, 1e-5 * size));
        }
    }

    [Fact]
    public void Equal_logits_choose_the_first_experts()
    {
        var configuration = MixtureOfExpertsModels.Configuration("E", 12, 6, 2, 5, 7);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var router = model.Parameters.ToList().FindIndex(p => p.Name == "layers.0.moe.router");
        model.Write(router, StateSlot.Parameter, new float[6 * 12]);
        var gradients = model.Parameters.Select(p => new float[p.Count]).ToList();
        model.ComputeGradients(TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, 7), gradients);
        Assert.Equal(
            [true, true, false, false, false, false],
            Enumerable.Range(0, 6).Select(e =>
                gradients[model.Parameters.ToList().FindIndex(p => p.Name == $"layers.0.moe.experts.{e}.down")].Any(g => g != 0)));
    }

    [Fact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(
                new CpuEngine(), MixtureOfExpertsModels.Configuration("AEM", 24, 3, 2, 19, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Its_size_is_of_all_experts_and_its_operations_of_the_active_ones()
    {
        var shape = new ModelShape(64, 4, 2, 97);
        var own = PrimitiveRegistry.Default['E'];
        Assert.Equal((8 * 64) + (8 * 3 * 64 * 48), own.Parameters(shape));
        Assert.Equal((8 * 64) + (2 * 3 * 64 * 48), own.ActiveParameters(shape));
        Assert.Equal(0, own.CachedValues(shape, 999));
        var costs = ArchitectureCosts.Of(LayerSequence.Parse("EM"), shape, 0);
        var mlp = PrimitiveRegistry.Default['M'].Parameters(shape);
        Assert.Equal(own.Parameters(shape) + mlp, costs.LayerParameters);
        Assert.Equal(6 * (own.ActiveParameters(shape) + mlp), costs.TrainingFlopsPerToken(77));
        Assert.Equal(6 * (own.ActiveParameters(shape) + mlp), costs.TrainingFlopsPerToken(77, FlopCount.Printed));
        Assert.Equal(
            ["active of E (9) must be at most its experts (8): raise experts or lower active."],
            (shape with { Options = PrimitiveOptions.Empty.With('E', "active", 9) }).Validate());
        Assert.Equal(
            """{"E":{"active":2,"expert_hidden":0,"experts":8}}""",
            shape.CompletedFor("EM", OptionDefaults.InSearch).Options!.ToString());
        Assert.Equal(0.01, own.AuxiliaryLossFactor);
    }

    [Fact]
    public void A_Llama_has_no_place_for_it()
    {
        using var model = new CpuEngine().Create(MixtureOfExpertsModels.Configuration("EA", 24, 8, 2, 0, 21), new Seed(1), 1);
        Assert.Contains(
            "E (mixture of SwiGLU experts)",
            Assert.Throws<CheckpointException>(() => LlamaBlock.Fuse(model.Configuration.Layers)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Nine sequences, of one of which no target counts: it takes no part in what training adds.</summary>
    private static TokenBatch WithAnIgnoredSequence(ModelConfiguration configuration, int length)
    {
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 9, length);
        batch.Targets.AsSpan(2 * length, length).Fill(TokenBatch.Ignored);
        return batch;
    }

    private static byte[] StateAfterTwoSteps(ModelConfiguration configuration, TokenBatch batch, int threads, GradientSplit split)
    {
        using var model = new CpuModel(configuration, new Seed(1), threads, InstructionSet.Kernels, split: split);
        model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
        model.TrainStep(batch, new AdamWSettings(1e-2, 0.1));
        using var stream = new MemoryStream();
        ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
        return stream.ToArray();
    }
}
