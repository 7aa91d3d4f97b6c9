using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Engines;

namespace Composer.Mad.Tests.Evaluation;

/// <summary>What fails on the tasks of long context and reasoning by what it is, trained on the CPU engine; the rest takes longer.</summary>
public sealed class ProxyLearningTests
{
    private static readonly EvaluationSettings Settings = new()
    {
        Samples = 256,
        TestSamples = 256,
        Epochs = 8,
        Batch = 16,
        LearningRate = 3e-3,
        Fresh = true,
        StopAccuracy = 1,
        Evaluations = 1,
    };

    /// <summary>MLPs see one token: its value, or the one further along the chain, is any but itself.</summary>
    [Theory]
    [InlineData("mqar", 16, 16, 4, 0, 8)]
    [InlineData("needle", 16, 24, 0, 0, 4)]
    [InlineData("k-hop", 10, 20, 5, 1, 7)]
    public void Without_mixing_positions_recall_stays_at_chance(string task, int vocabulary, int length, int pairs, int hops, int left)
    {
        var test = Train("MM", task, new MadTaskSettings(vocabulary, length) { Pairs = pairs, Hops = hops });
        Assert.InRange(test.Loss, Math.Log(left) - 0.03, Math.Log(left) + 0.3);
        Assert.Equal(1.0 / left, test.Accuracy, 0.1);
    }

    /// <summary>The product of a uniform word is uniform given its last letter; the first position alone is known by that.</summary>
    [Fact]
    public void Without_mixing_positions_no_state_is_tracked()
    {
        const int Length = 16;
        var test = Train("MM", "state-tracking", new MadTaskSettings(6, Length) { Group = StateGroup.S3 });
        Assert.InRange(test.Loss, Math.Log(6) - 0.2, Math.Log(6) + 0.1);
        Assert.InRange(test.Accuracy, 0.1, (1 + ((Length - 1) / 6.0)) / Length + 0.05);
    }

    /// <summary>Attention finds the needle wherever it lies.</summary>
    [Fact]
    public void Attention_finds_the_needle() => Assert.InRange(Train("AM", "needle", new MadTaskSettings(16, 24)).Accuracy, 0.9, 1);

    private static TestMetrics Train(string layers, string task, MadTaskSettings difficulty) => new CandidateEvaluation(
        LayerSequence.FromSymbols(layers), new ModelShape(32, 2, 2, 64), MadTasks.Get(task), difficulty, Settings, new Seed(7))
        .Run(EngineRegistry.Get(EngineRegistry.Cpu)).Curve[^1].Test!;
}
