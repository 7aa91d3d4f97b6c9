using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Scoring;

public sealed class EvaluationProtocolTests
{
    private static readonly EvaluationProtocol Protocol = new(
        new ModelShape(8, 2, 2, 8),
        [Plan("memorization", 1e-3, 1e-2), Plan("compression", 1e-3)],
        2,
        new ScoringRule(ScoreObjective.Loss, ScoreEpoch.Last));

    [Fact]
    public void Units_are_every_task_setting_and_repetition()
    {
        var units = Protocol.Units(LayerSequence.FromSymbols("AM"), new Seed(4)).ToArray();
        Assert.Equal(
            [
                ("memorization", 0, 0),
                ("memorization", 0, 1),
                ("memorization", 1, 0),
                ("memorization", 1, 1),
                ("compression", 0, 0),
                ("compression", 0, 1),
            ],
            units.Select(u => (u.Evaluation.Task.Name, u.Variant, u.Repetition)));
        Assert.Equal(2, units.Select(u => u.Evaluation.Seed).Distinct().Count());
        Assert.Equal([1e-3, 1e-3, 1e-2, 1e-2, 1e-3, 1e-3], units.Select(u => u.Evaluation.Settings.LearningRate));
    }

    [Fact]
    public void Seeds_do_not_depend_on_the_candidate()
    {
        var a = Protocol.Units(LayerSequence.FromSymbols("AM"), new Seed(4)).Select(u => u.Evaluation.Seed);
        var b = Protocol.Units(LayerSequence.FromSymbols("MMMA"), new Seed(4)).Select(u => u.Evaluation.Seed);
        Assert.Equal(a, b);
    }

    [Fact]
    public void Mistakes_name_their_task()
    {
        Assert.Empty(Protocol.Validate());
        var wrong = Protocol with { Tasks = [Protocol.Tasks[0], Protocol.Tasks[1] with { Settings = new MadTaskSettings(16, 1) }] };
        Assert.StartsWith("compression: length (1)", Assert.Single(wrong.Validate()), StringComparison.Ordinal);
    }

    private static TaskVariants Plan(string task, params double[] rates) => new(
        MadTasks.Get(task), MadTasks.Get(task).Default, [.. rates.Select(r => new EvaluationSettings { LearningRate = r })]);
}
