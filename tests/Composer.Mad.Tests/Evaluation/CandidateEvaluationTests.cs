using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Mad.Tests.Evaluation;

public sealed class CandidateEvaluationTests
{
    private static readonly EvaluationSettings Small = new()
    {
        Samples = 10,
        TestSamples = 7,
        Epochs = 4,
        Batch = 4,
        LearningRate = 0.1,
        StopAccuracy = 1,
    };

    [Fact]
    public void Curve_holds_the_mean_of_the_batches_and_the_test_of_every_epoch()
    {
        var result = Evaluation(Small).Run(new ScriptedEngine { TrainingLoss = step => step, TestLoss = done => 100 - done });
        Assert.Equal(EvaluationStatus.Finished, result.Status);
        Assert.Equal([2.0, 5.0, 8.0, 11.0], result.Curve.Select(r => r.TrainingLoss));
        Assert.Equal([97.0, 94.0, 91.0, 88.0], result.Curve.Select(r => r.Test!.Loss));
        Assert.Equal((12, 4 * 10 * 8), (result.Updates, result.TrainedTokens));
        Assert.Equal(("AM", "compression"), (result.Layers, result.Task));
    }

    [Fact]
    public void Every_epoch_sees_each_sample_once_in_another_order()
    {
        var engine = new ScriptedEngine();
        var evaluation = Evaluation(Small);
        evaluation.Run(engine);
        Assert.Equal([4, 4, 2], engine.Batches.Take(3).Select(b => b.Length / 8));
        var epochs = engine.Batches.Chunk(3)
            .Select(e => e.SelectMany(b => b.Chunk(8)).Select(s => string.Join(' ', s)).ToArray()).ToArray();
        Assert.All(epochs, e => Assert.Equal(epochs[0].Order(StringComparer.Ordinal), e.Order(StringComparer.Ordinal)));
        Assert.Equal(epochs.Length, epochs.Select(e => string.Join('|', e)).Distinct().Count());
    }

    [Fact]
    public void Fresh_epochs_share_no_sample_with_the_fixed_ones()
    {
        var engine = new ScriptedEngine();
        Evaluation(Small with { Fresh = true }).Run(engine);
        var samples = engine.Batches.SelectMany(b => b.Chunk(8)).Select(s => string.Join(' ', s)).ToArray();
        Assert.Equal(40, samples.Distinct().Count());
    }

    [Fact]
    public void Two_candidates_see_the_same_batches_and_start_from_the_same_seed()
    {
        var (a, b, other) = (new ScriptedEngine(), new ScriptedEngine(), new ScriptedEngine());
        Evaluation(Small).Run(a);
        (Evaluation(Small) with { Layers = LayerSequence.FromSymbols("MMMA") }).Run(b);
        (Evaluation(Small) with { Seed = new Seed(2) }).Run(other);
        Assert.Equal(a.Batches, b.Batches);
        Assert.Equal(a.Seeds, b.Seeds);
        Assert.NotEqual(a.Batches[0], other.Batches[0]);
        Assert.NotEqual(a.Seeds, other.Seeds);
    }

    [Fact]
    public void Cosine_falls_once_a_step_and_constant_stays()
    {
        var (cosine, constant) = (new ScriptedEngine(), new ScriptedEngine());
        Evaluation(Small with { WeightDecay = 0.2, Beta1 = 0.8, Beta2 = 0.97, Clip = 3 }).Run(cosine);
        Evaluation(Small with { Schedule = RateSchedule.Constant }).Run(constant);
        Assert.Equal(
            Enumerable.Range(0, 12).Select(i => 0.1 * 0.5 * (1 + Math.Cos(Math.PI * i / 12))),
            cosine.Updates.Select(u => u.LearningRate),
            (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.All(cosine.Updates, u => Assert.Equal((0.2, 0.8, 0.97, 3.0), (u.WeightDecay, u.Beta1, u.Beta2, u.ClipNorm)));
        Assert.All(constant.Updates, u => Assert.Equal((0.1, double.PositiveInfinity), (u.LearningRate, u.ClipNorm)));
    }

    [Fact]
    public void Accuracy_above_the_stop_ends_the_training()
    {
        var result = Evaluation(Small with { StopAccuracy = 0.999 }).Run(new ScriptedEngine { Prediction = null });
        Assert.Equal(EvaluationStatus.StoppedEarly, result.Status);
        Assert.Single(result.Curve);
        Assert.Equal(3, result.Updates);
    }

    [Fact]
    public void Macro_recall_weighs_every_token_alike()
    {
        // Compression asks for all tokens; a model that always says the compression token, one of eight
        // targets, has recall 1 of that class and 0 of the other classes.
        var data = Evaluation(Small);
        var result = data.Run(new ScriptedEngine { Prediction = 5 });
        var test = result.Curve[0].Test!;
        Assert.Equal(1.0 / 8, test.Accuracy, 12);
        Assert.Equal(1.0 / 6, test.MacroRecall, 12);
    }

    [Theory]
    [InlineData(1, new[] { 4 })]
    [InlineData(2, new[] { 2, 4 })]
    [InlineData(3, new[] { 2, 3, 4 })]
    [InlineData(0, new[] { 1, 2, 3, 4 })]
    [InlineData(9, new[] { 1, 2, 3, 4 })]
    public void Test_set_is_scored_as_often_as_asked_and_at_the_end(int evaluations, int[] epochs)
    {
        var engine = new ScriptedEngine();
        var result = Evaluation(Small with { Evaluations = evaluations }).Run(engine);
        Assert.Equal(epochs, result.Curve.Where(r => r.Test is not null).Select(r => r.Epoch));
        Assert.Equal(epochs.Length * 7, engine.Scored.Sum(s => s.Sequences));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Training_that_diverges_is_a_failed_result(double loss)
    {
        var result = Evaluation(Small).Run(new ScriptedEngine { TrainingLoss = step => step == 5 ? loss : 1 });
        Assert.Equal(EvaluationStatus.Failed, result.Status);
        Assert.Equal("The loss of update 5 in epoch 2 is not finite.", result.Failure);
        Assert.Single(result.Curve);
        Assert.Equal(4, result.Updates);
        Assert.Equal(result, EvaluationResult.FromJson(result.ToJson()));
    }

    [Fact]
    public void Test_loss_that_is_not_finite_is_a_failed_result()
    {
        var result = Evaluation(Small).Run(new ScriptedEngine { TestLoss = _ => double.NaN });
        Assert.Equal(EvaluationStatus.Failed, result.Status);
        Assert.Equal("The test loss after epoch 1 is not finite.", result.Failure);
    }

    [Fact]
    public void Cancellation_stops_at_the_next_step()
    {
        using var source = new CancellationTokenSource();
        var engine = new ScriptedEngine
        {
            TrainingLoss = step =>
            {
                if (step == 2)
                {
                    source.Cancel();
                }

                return 1;
            },
        };
        Assert.Throws<OperationCanceledException>(() => Evaluation(Small).Run(engine, cancellation: source.Token));
        Assert.Equal(2, engine.Batches.Count);
    }

    [Fact]
    public void Progress_counts_epochs_and_tokens()
    {
        var seen = new List<EvaluationProgress>();
        Evaluation(Small).Run(new ScriptedEngine(), progress: seen.Add);
        Assert.Equal([1, 2, 3, 4], seen.Select(p => p.Epoch));
        Assert.Equal([80L, 160, 240, 320], seen.Select(p => p.TrainedTokens));
        Assert.All(seen, p => Assert.Equal((4, 320L), (p.Epochs, p.PlannedTokens)));
    }

    [Fact]
    public void Model_has_the_tasks_vocabulary_length_and_head()
    {
        var engine = new ScriptedEngine();
        Evaluation(Small).Run(engine);
        var recall = MadTasks.Get("in-context-recall");
        (Evaluation(Small) with { Task = recall, TaskSettings = recall.Default }).Run(engine);
        Assert.Equal(
            [(6, 8, ModelHead.Compression), (16, 127, ModelHead.Language)],
            engine.Configurations.Select(c => (c.Vocabulary, c.MaximumLength, c.Head)));
    }

    [Fact]
    public void All_mistakes_are_reported_together()
    {
        var evaluation = Evaluation(Small with { Epochs = 0, LearningRate = double.NaN }) with
        {
            Shape = new ModelShape(30, 4, 4, 8),
            TaskSettings = new MadTaskSettings(2, 1),
        };
        Assert.Equal(5, evaluation.Validate().Count);
        Assert.Throws<ArgumentException>(() => evaluation.Run(new ScriptedEngine()));
    }

    [Fact]
    public void Too_few_different_samples_are_a_mistake()
    {
        var evaluation = Evaluation(Small with { Samples = 1000 }) with { TaskSettings = new MadTaskSettings(3, 8) };
        Assert.Contains("too few different samples", Assert.Single(evaluation.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Trained_candidate_is_tested_at_multiples_of_its_length()
    {
        var engine = new ScriptedEngine { TestLoss = done => 100 - done, Prediction = null };
        var plain = Evaluation(Small).Run(new ScriptedEngine { TestLoss = done => 100 - done, Prediction = null });
        var result = Evaluation(Small with { LengthMultiples = [2, 4] }).Run(engine);
        Assert.Equal([8, 16, 32], result.Lengths!.Select(l => l.Length));
        Assert.Equal(result.Curve[^1].Test, result.Lengths![0].Test);
        Assert.All(result.Lengths!, l => Assert.Equal((88, 1), (l.Test.Loss, l.Test.Accuracy)));
        Assert.Equal(32, Assert.Single(engine.Configurations).MaximumLength);

        // As many samples of each, in batches that are smaller as they are longer, after the last update; nothing else is changed.
        Assert.Equal([2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1], engine.Scored.Where(s => s.Updates == 12).Skip(2).Select(s => s.Sequences));
        Assert.Null(plain.Lengths);
        Assert.Equal(plain.ToJson(), (result with { Lengths = null }).ToJson());
        Assert.Equal(result, EvaluationResult.FromJson(result.ToJson()));
        Assert.NotEqual(plain, result);
    }

    [Fact]
    public void Beginning_and_failed_training_are_tested_at_no_other_length()
    {
        Assert.Null(Evaluation(Small with { LengthMultiples = [2], StopAfter = 2 }).Run(new ScriptedEngine()).Lengths);
        Assert.Null(Evaluation(Small with { LengthMultiples = [2] }).Run(new ScriptedEngine { TrainingLoss = _ => double.NaN }).Lengths);
    }

    [Fact]
    public void Early_stop_is_tested_at_other_lengths_too()
    {
        var result = Evaluation(Small with { LengthMultiples = [2], StopAccuracy = 0.5 }).Run(new ScriptedEngine { Prediction = null });
        Assert.Equal((EvaluationStatus.StoppedEarly, 2), (result.Status, result.Lengths!.Count));
    }

    [Fact]
    public void Multiple_at_which_the_task_cannot_be_is_a_mistake()
    {
        var evaluation = Evaluation(Small with { LengthMultiples = [4] }) with
        {
            Task = MadTasks.Get("sort"),
            TaskSettings = new MadTaskSettings(32, 16),
        };
        Assert.Contains("vocabulary (32) must be at least 33", Assert.Single(evaluation.Validate()), StringComparison.Ordinal);
        Assert.Contains(
            "length_multiples", Assert.Single(Evaluation(Small with { LengthMultiples = [1] }).Validate()), StringComparison.Ordinal);
    }

    /// <summary>What a task's samples share is the same at every length, so a longer test asks for the map that was trained.</summary>
    [Fact]
    public void Longer_samples_are_of_the_same_task()
    {
        var task = MadTasks.Get("memorization");
        var data = new TaskData(task, task.Default, new Seed(3), 100, 10);
        var longer = data.LongerTest(4, 20);
        Assert.Equal((20, 128), (longer.Count, longer.Length));
        var map = Pairs(data.Training).Distinct().ToDictionary();
        Assert.All(Pairs(longer).Where(p => map.ContainsKey(p.Item1)), p => Assert.Equal(map[p.Item1], p.Item2));
        Assert.Equal(longer.Inputs, data.LongerTest(4, 20).Inputs);
        Assert.NotEqual(longer.Inputs[..40], data.LongerTest(2, 20).Inputs[..40]);

        static IEnumerable<(int, int)> Pairs(Samples.SampleSet set) =>
            Enumerable.Range(0, set.Inputs.Length / 2).Select(i => (set.Inputs[2 * i], set.Targets[(2 * i) + 1]));
    }

    private static CandidateEvaluation Evaluation(EvaluationSettings settings) => new(
        LayerSequence.FromSymbols("AM"),
        new ModelShape(8, 2, 2, 8),
        MadTasks.Get("compression"),
        new MadTaskSettings(6, 8),
        settings,
        new Seed(1));
}
