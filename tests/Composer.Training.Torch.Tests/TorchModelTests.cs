using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

public class TorchModelTests
{
    [TorchTheory]
    [InlineData(ModelHead.Language)]
    [InlineData(ModelHead.Compression)]
    public void Score_and_Evaluate_tell_the_same(ModelHead head)
    {
        using var model = TorchModels.Create(TorchModels.Small with { Head = head });
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var batch = TorchModels.Batches(model.Configuration, 5, 1).First();
        var predictions = new int[batch.Inputs.Length];
        var metrics = model.Evaluate(batch, predictions);
        var (sum, correct) = (0.0, 0);
        for (var s = 0; s < batch.Sequences; s++)
        {
            var range = new Range(s * batch.Length, (s + 1) * batch.Length);
            var (logs, predicted) = (new double[batch.Length], new int[batch.Length]);
            model.Score(batch.Inputs.AsSpan(range), batch.Targets.AsSpan(range), logs, predicted);
            Assert.Equal(predictions[range], predicted);
            sum -= logs.Sum();
            correct += predicted.Zip(batch.Targets[range]).Count(pair => pair.First == pair.Second && pair.First >= 0);
            Assert.All(batch.Targets[range].Zip(logs), pair => Assert.Equal(pair.First == TokenBatch.Ignored, pair.Second == 0));
        }

        Assert.Equal(metrics.SummedLoss, sum, metrics.SummedLoss * 1e-5);
        Assert.Equal(metrics.Correct, correct);
        Assert.Equal(batch.CountedTargets, metrics.CountedTargets);
        Assert.Equal(model.TrainStep(batch, TorchModels.Settings).Loss, metrics.MeanLoss, metrics.MeanLoss * 1e-5);
    }

    [TorchFact]
    public void The_first_of_equal_logits_is_predicted()
    {
        using var model = TorchModels.Create(TinyModels.Configuration("M", 8, 2, 1, 5, 40, 6));
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            model.Write(i, StateSlot.Parameter, new float[model.Parameters[i].Count]);
        }

        var predictions = new int[6];
        model.Evaluate(new TokenBatch(1, 6, [1, 2, 3, 4, 5, 6], [1, 2, -1, 4, 5, 6]), predictions);
        Assert.Equal([0, 0, -1, 0, 0, 0], predictions);
    }

    [TorchTheory]
    [InlineData(1e-2, 0.1, 0.9, 0.95, 1e-8, 1.0)]
    [InlineData(1e-3, 0.0, 0.8, 0.999, 1e-3, double.PositiveInfinity)] // an epsilon whose place shows
    [InlineData(0.3, 0.5, 0.0, 0.5, 0.1, 1e-3)]
    public void The_update_is_the_contract_s(double rate, double decay, double beta1, double beta2, double epsilon, double clip)
    {
        var configuration = TinyModels.Configuration("AM", 16, 4, 2, 21, 13, 17);
        using var model = TorchModels.Create(configuration);
        var oracle = new ReferenceModel(configuration, new Seed(1));
        var settings = new AdamWSettings(rate, decay, beta1, beta2, epsilon, clip);
        foreach (var batch in TorchModels.Batches(configuration, 3, 4))
        {
            var (own, expected) = (model.TrainStep(batch, settings), oracle.TrainStep(batch, settings));
            Assert.Equal(expected.GradientNorm, own.GradientNorm, expected.GradientNorm * 1e-4);
            foreach (var slot in Enum.GetValues<StateSlot>())
            {
                Assert.True(TorchModels.Difference(Values(model, slot), Values(oracle, slot)) < 2e-3, $"{slot}");
            }

            // Each step from the same state: the test is of one update, not of how rounding grows.
            TinyModels.CopyState(oracle, model);
        }

        List<float[]> Values(ITrainableModel of, StateSlot slot) => [.. of.Parameters.Select((parameter, i) =>
        {
            var values = new float[parameter.Count];
            of.Read(i, slot, values);
            return values;
        })];
    }

    [TorchTheory]
    [InlineData(TorchPrecision.Fp32)]
    [InlineData(TorchPrecision.Bf16)]
    public void Step_that_is_not_finite_changes_nothing(TorchPrecision precision)
    {
        var engine = new TorchEngine(TorchDevice.Cpu) { Precision = precision };
        using var model = TorchModels.Create(TorchModels.Small, engine);
        var batch = TorchModels.Batches(TorchModels.Small, 3, 1).First();
        var gain = new float[64];
        model.Read(1, StateSlot.Parameter, gain);
        model.Write(1, StateSlot.Parameter, [.. Enumerable.Repeat(float.NaN, 64)]);
        Assert.False(model.TrainStep(batch, TorchModels.Settings).IsFinite);
        Assert.Equal(0, model.UpdatesDone);

        model.Write(1, StateSlot.Parameter, gain);
        using var fresh = TorchModels.Create(TorchModels.Small, engine);
        Assert.True(TorchModels.State(fresh).AsSpan().SequenceEqual(TorchModels.State(model)));
        Assert.Equal(fresh.TrainStep(batch, TorchModels.Settings), model.TrainStep(batch, TorchModels.Settings));
    }

    [TorchFact]
    public void Mistaken_batches_are_refused()
    {
        using var model = TorchModels.Create(TinyModels.Configuration("AM", 12, 3, 1, 9, 11, 24));
        void Refused(int length, int token, int target) => Assert.Throws<ArgumentException>(() => model.TrainStep(
            new TokenBatch(1, length, [.. Enumerable.Repeat(token, length)], [.. Enumerable.Repeat(target, length)]),
            TorchModels.Settings));
        Refused(24, 11, 0);
        Refused(24, -1, 0);
        Refused(24, 0, 11);
        Refused(24, 0, -2);
        Refused(25, 0, 0);
        Refused(24, 0, TokenBatch.Ignored);
    }

    [TorchFact]
    public void Disposed_model_refuses_work()
    {
        var model = TorchModels.Create(TorchModels.Small);
        var batch = TorchModels.Batches(TorchModels.Small, 1, 1).First();
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.TrainStep(batch, TorchModels.Settings));
    }
}
