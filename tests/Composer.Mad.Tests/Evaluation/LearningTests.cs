using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Mad.Tests.Evaluation;

/// <summary>Whole evaluations on the reference engine, small enough for scalar doubles.</summary>
public sealed class LearningTests
{
    private static readonly EvaluationSettings Settings = new()
    {
        Samples = 32,
        TestSamples = 16,
        Epochs = 12,
        Batch = 4,
        LearningRate = 1e-2,
        Rates = RateRule.Constant,
        Fresh = true,
    };

    [Fact]
    public void Memorization_is_learned_and_stops_early()
    {
        var result = Evaluate("AM", "memorization", new MadTaskSettings(16, 12), Settings with { Epochs = 40 });
        Assert.Equal(EvaluationStatus.StoppedEarly, result.Status);
        Assert.Equal(1, result.Curve[^1].Test!.Accuracy);
    }

    [Fact]
    public void Without_attention_memorization_stays_at_chance()
    {
        // The insert token tells nothing of the key before it: ln 7 is the least that an MLP can reach.
        var result = Evaluate("MM", "memorization", new MadTaskSettings(16, 12), Settings with { Epochs = 40 });
        Assert.InRange(result.Curve.Min(r => r.Test!.Loss), Math.Log(7) - 0.05, Math.Log(7) + 0.2);
    }

    [Theory]
    [InlineData("selective-copying", 8, 12, 3)]
    [InlineData("compression", 5, 6, 0)]
    public void Training_loss_falls(string task, int vocabulary, int length, int copy)
    {
        var result = Evaluate("AM", task, new MadTaskSettings(vocabulary, length) { Copy = copy }, Settings);
        Assert.InRange(result.Curve[^1].TrainingLoss, 0, result.Curve[0].TrainingLoss - 0.05);
    }

    [Fact]
    public void Same_evaluation_has_the_same_bytes()
    {
        var settings = Settings with { Epochs = 2 };
        var (a, b) = (Run(), Run());
        Assert.Equal(a.ToJson(), b.ToJson());

        EvaluationResult Run() => Evaluate("AM", "compression", new MadTaskSettings(5, 6), settings);
    }

    private static EvaluationResult Evaluate(string layers, string task, MadTaskSettings settings, EvaluationSettings training) =>
        new CandidateEvaluation(
            LayerSequence.FromSymbols(layers), new ModelShape(16, 2, 1, 16), MadTasks.Get(task), settings, training, new Seed(7))
            .Run(new ReferenceEngine());
}
