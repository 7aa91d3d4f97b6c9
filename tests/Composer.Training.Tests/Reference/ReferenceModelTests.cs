using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Reference;

public class ReferenceModelTests
{
    private static readonly ModelConfiguration Small = TinyModels.Configuration("AM", 8, 2, 1, 6, 7, 9);

    [Fact]
    public void First_update_moves_each_parameter_by_the_rate_against_its_gradient_and_decays_it()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        var batch = TinyModels.Batch(Small, new Rng(new Seed(2)), 2, 9);
        var gradients = model.ExactGradients(batch).Gradients.Tensors.Select(tensor => tensor.Values.ToArray()).ToList();
        var before = model.Values.Tensors.Select(tensor => tensor.Values.ToArray()).ToList();

        model.TrainStep(batch, new AdamWSettings(LearningRate: 0.01, WeightDecay: 0.1, Epsilon: 0));

        // With bias correction and no epsilon, the first step of Adam is the gradient's sign.
        for (var tensor = 0; tensor < before.Count; tensor++)
        {
            for (var i = 0; i < before[tensor].Length; i++)
            {
                if (gradients[tensor][i] != 0)
                {
                    var p = before[tensor][i];
                    Assert.Equal(p - (0.01 * (Math.Sign(gradients[tensor][i]) + (0.1 * p))), model.Values.Tensors[tensor].Values[i], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Clipping_scales_the_whole_gradient_to_the_norm()
    {
        var batch = TinyModels.Batch(Small, new Rng(new Seed(2)), 2, 9);
        var (free, clipped) = (new ReferenceModel(Small, new Seed(1)), new ReferenceModel(Small, new Seed(1)));

        var norm = free.TrainStep(batch, new AdamWSettings(0.01, 0)).GradientNorm;
        var reported = clipped.TrainStep(batch, new AdamWSettings(0.01, 0, ClipNorm: norm / 4)).GradientNorm;

        Assert.Equal(norm, reported);
        var (m, mClipped) = (new float[7 * 8], new float[7 * 8]);
        free.Read(0, StateSlot.FirstMoment, m);
        clipped.Read(0, StateSlot.FirstMoment, mClipped);
        Assert.All(m.Zip(mClipped), pair => Assert.Equal(pair.First / 4, pair.Second, 1e-6f));
    }

    [Fact]
    public void Training_on_one_batch_learns_it()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        var batch = TinyModels.Batch(Small, new Rng(new Seed(5)), 2, 9);
        var first = model.TrainStep(batch, new AdamWSettings(0.01, 0)).Loss;
        for (var step = 0; step < 150; step++)
        {
            model.TrainStep(batch, new AdamWSettings(0.01, 0));
        }

        Assert.Equal(Math.Log(7), first, 0.5);
        Assert.True(model.Evaluate(batch).MeanLoss < 0.2);
        Assert.Equal(151, model.UpdatesDone);
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_state_alone()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        var values = new float[8];
        values[0] = float.NaN;
        model.Write(1, StateSlot.Parameter, values);

        var result = model.TrainStep(TinyModels.Batch(Small, new Rng(new Seed(5)), 1, 4), new AdamWSettings(0.01, 0));

        Assert.False(result.IsFinite);
        Assert.Equal(0, model.UpdatesDone);
        Assert.All(Enumerable.Range(0, model.Parameters.Count), i =>
        {
            var moment = new float[model.Parameters[i].Count];
            model.Read(i, StateSlot.FirstMoment, moment);
            Assert.All(moment, m => Assert.Equal(0, m));
        });
    }

    [Fact]
    public void Evaluate_Score_and_the_decoder_say_the_same()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        TinyModels.Disturb(model, new Rng(new Seed(4)));
        var batch = TinyModels.Batch(Small, new Rng(new Seed(5)), 1, 9);
        var (logProbabilities, predictions, evaluated) = (new double[9], new int[9], new int[9]);

        model.Score(batch.Inputs, batch.Targets, logProbabilities, predictions);
        var metrics = model.Evaluate(batch, evaluated);

        Assert.Equal(predictions, evaluated);
        Assert.Equal(metrics.SummedLoss, -logProbabilities.Sum(), 1e-12);
        using var decoder = model.CreateDecoder(9);
        var logits = new float[7];
        decoder.Append(batch.Inputs.AsSpan(0, 3), logits);
        for (var t = 3; t < 9; t++)
        {
            decoder.Append(batch.Inputs.AsSpan(t, 1), logits);
            if (batch.Targets[t] != TokenBatch.Ignored)
            {
                var logSum = Math.Log(logits.Sum(logit => Math.Exp(logit)));
                Assert.Equal(logProbabilities[t], logits[batch.Targets[t]] - logSum, 1e-6);
            }
        }
    }

    [Fact]
    public void A_later_token_never_changes_an_earlier_logit()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        TinyModels.Disturb(model, new Rng(new Seed(4)));
        var before = model.Logits([1, 2, 3, 4, 5]);
        var after = model.Logits([1, 2, 3, 6, 0]);
        Assert.Equal(before.Values[..21], after.Values[..21]);
        Assert.NotEqual(before.Values[21..28], after.Values[21..28]);
    }

    [Fact]
    public void Batches_that_cannot_be_are_refused()
    {
        var model = new ReferenceModel(Small, new Seed(1));
        var settings = new AdamWSettings(0.01, 0);
        Assert.Throws<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 1], [-1, -1]), settings));
        Assert.Throws<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 7], [1, -1]), settings));
        Assert.Throws<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 1], [7, -1]), settings));
        Assert.Throws<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 10, new int[10], new int[10]), settings));
    }
}
