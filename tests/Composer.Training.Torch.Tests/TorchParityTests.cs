using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

public class TorchParityTests
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    [TorchTheory]
    [InlineData("A", 12, 6, 2, 7, 11, 9, ModelHead.Language)]
    [InlineData("M", 8, 2, 1, 5, 7, 6, ModelHead.Language)]
    [InlineData("A", 2, 1, 1, 3, 2, 1, ModelHead.Language)]
    [InlineData("MAAM", 24, 6, 3, 17, 29, 13, ModelHead.Language)]
    [InlineData("AM", 12, 3, 1, 9, 13, 8, ModelHead.Compression)]
    public void Each_layer_agrees_with_the_oracle(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, ModelHead head) =>
        AssertAgrees(TinyModels.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head), new Rng(new Seed(1)));

    [TorchFact]
    public void Models_of_odd_shapes_agree_with_the_oracle()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var rng = new Rng(new Seed(seed));
            AssertAgrees(TinyModels.Random(rng), rng);
        }
    }

    [TorchFact]
    public void Scaled_rotations_and_an_output_projection_of_its_own_agree_with_the_oracle() =>
        AssertAgrees(TinyModels.Llama3Like(), new Rng(new Seed(8)));

    [TorchFact]
    public void Training_follows_the_oracle()
    {
        foreach (var rules in TinyModels.Parametrizations)
        {
            var configuration = TinyModels.Configuration("AMAM", 16, 4, 2, 21, 13, 17) with { Parametrization = rules };
            using var model = Engine.Create(configuration, new Seed(2), threads: 1);
            using var comparison = new EngineComparison(model);
            var rng = new Rng(new Seed(3));
            var batches = Enumerable.Range(0, 25).Select(_ => TinyModels.Batch(configuration, rng, 3, 17));
            var worst = comparison.Training(batches, new AdamWSettings(rules.Rates == RateRule.FanIn ? 3e-4 : 3e-3, 0.1, ClipNorm: 1));
            Assert.True(worst < 1e-4, $"{rules}: worst loss difference {worst:e2}");
        }
    }

    [TorchFact]
    public void Splitting_a_batch_to_fit_changes_only_rounding()
    {
        var configuration = TinyModels.Configuration("AM", 16, 4, 2, 21, 13, 17);
        var (whole, split) = (Engine, new TorchEngine(TorchDevice.Cpu) { ActivationBytes = 1 });
        Assert.NotEqual(whole.HardwarePolicy, split.HardwarePolicy);
        using var model = split.Create(configuration, new Seed(2), threads: 1);
        AssertAgrees(model, new Rng(new Seed(5)));
    }

    [TorchFact]
    public void State_is_read_back_as_written()
    {
        var configuration = TinyModels.Configuration("AM", 12, 3, 1, 9, 13, 8);
        using var model = Engine.Create(configuration, new Seed(2), threads: 1);
        model.TrainStep(TinyModels.Batch(configuration, new Rng(new Seed(1)), 2, 8), new AdamWSettings(1e-2, 0.1));
        using var copy = Engine.Create(configuration, new Seed(9), threads: 1);
        TinyModels.CopyState(model, copy);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(4)), 2, 8);
        Assert.Equal(model.TrainStep(batch, new AdamWSettings(1e-2, 0.1)), copy.TrainStep(batch, new AdamWSettings(1e-2, 0.1)));
        Assert.Equal(model.Evaluate(batch), copy.Evaluate(batch));
    }

    [TorchFact]
    public void Initial_parameters_are_the_hosts()
    {
        var configuration = TinyModels.Configuration("AM", 12, 3, 1, 9, 13, 8);
        using var model = Engine.Create(configuration, new Seed(7), threads: 1);
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var (expected, actual) = (new float[model.Parameters[i].Count], new float[model.Parameters[i].Count]);
            ModelInitializer.Fill(configuration, model.Parameters[i], new Seed(7), expected);
            model.Read(i, StateSlot.Parameter, actual);
            Assert.Equal(expected, actual);
        }
    }

    private static void AssertAgrees(ModelConfiguration configuration, Rng rng)
    {
        using var model = Engine.Create(configuration, new Seed(6), threads: 1);
        AssertAgrees(model, rng);
    }

    private static void AssertAgrees(ITrainableModel model, Rng rng)
    {
        TinyModels.Disturb(model, rng);
        using var comparison = new EngineComparison(model);
        var batch = TinyModels.Batch(model.Configuration, rng, sequences: 3, model.Configuration.MaximumLength);
        var (error, where) = comparison.Gradients(batch);
        Assert.True(error < 1e-4, $"{model.Configuration}: gradient of {where}, relative error {error:e2}");
        var inference = comparison.Inference(batch);
        Assert.True(inference < 1e-4, $"{model.Configuration}: inference differs by {inference:e2}");
    }
}
