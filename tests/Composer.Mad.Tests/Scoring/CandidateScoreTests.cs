using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;

namespace Composer.Mad.Tests.Scoring;

public sealed class CandidateScoreTests
{
    private static readonly ScoringRule LastLoss = new(ScoreObjective.Loss, ScoreEpoch.Last);

    [Theory]
    [InlineData(ScoreObjective.Loss, ScoreEpoch.Last, 0.9)]
    [InlineData(ScoreObjective.Loss, ScoreEpoch.Best, 0.5)]
    [InlineData(ScoreObjective.Accuracy, ScoreEpoch.Last, 0.3)]
    [InlineData(ScoreObjective.Accuracy, ScoreEpoch.Best, 0.2)]
    public void Rule_takes_the_last_or_the_best_epoch_and_lower_is_better(ScoreObjective objective, ScoreEpoch epoch, double expected)
    {
        var result = Result("t", 0) with
        {
            Curve =
            [
                new EpochRecord(1, 1, new TestMetrics(0.5, 0.6, 0)),
                new EpochRecord(2, 1, new TestMetrics(0.7, 0.8, 0)),
                new EpochRecord(3, 1, null),
                new EpochRecord(4, 1, new TestMetrics(0.9, 0.7, 0)),
            ],
        };
        Assert.Equal(expected, new ScoringRule(objective, epoch).ScoreOf(result)!.Value, 12);
    }

    [Fact]
    public void Score_is_the_mean_over_tasks_of_the_best_setting_averaged_over_repetitions()
    {
        var score = CandidateScore.Of(
            [
                new TaskTrial(0, 0, Result("a", 1)), new TaskTrial(0, 1, Result("a", 3)),
                new TaskTrial(1, 0, Result("a", 0)), new TaskTrial(1, 1, Result("a", 3)),
                new TaskTrial(0, 0, Result("b", 7)), new TaskTrial(1, 0, Result("b", 7)),
            ],
            LastLoss);
        Assert.Equal([new TaskScore("a", 1.5, 1, null), new TaskScore("b", 7, 0, null)], score.Tasks);
        Assert.Equal(4.25, score.Value);
        Assert.Null(score.Failure);
    }

    [Fact]
    public void Tasks_count_by_their_weights_and_by_one_where_none_is_said()
    {
        var rule = LastLoss with { Weights = new TaskWeights(new([new("a", 3.0), new("c", .5)])) };
        TaskTrial[] trials = [new(0, 0, Result("a", 1)), new(0, 0, Result("b", 2)), new(0, 0, Result("c", 5))];
        Assert.Equal((3 + 2 + 2.5) / 4.5, CandidateScore.Of(trials, rule).Value!.Value, 15);
        Assert.Equal(((double)1 + 2 + 5) / 3, CandidateScore.Of(trials, LastLoss).Value);
        Assert.Null(rule.Weights.MeanOf([("a", 1), ("b", null)]));
        Assert.Null(rule.Weights.MeanOf([]));
        Assert.Equal(rule, LastLoss with { Weights = new TaskWeights(new([new("c", .5), new("a", 3.0)])) });
    }

    [Fact]
    public void Setting_with_a_failed_repetition_is_out()
    {
        var score = CandidateScore.Of(
            [
                new TaskTrial(0, 0, Result("a", 1)), new TaskTrial(0, 1, Failed("a", "diverged")),
                new TaskTrial(1, 0, Result("a", 5)), new TaskTrial(1, 1, Result("a", 5)),
            ],
            LastLoss);
        Assert.Equal(5, score.Value);
    }

    [Fact]
    public void Candidate_fails_with_the_reason_when_every_setting_of_a_task_does()
    {
        var score = CandidateScore.Of(
            [new TaskTrial(0, 0, Result("a", 1)), new TaskTrial(0, 0, Failed("b", "diverged")), new TaskTrial(1, 0, Failed("b", "also"))],
            LastLoss);
        Assert.Null(score.Value);
        Assert.Equal("b: diverged", score.Failure);
        Assert.Equal(1, score.Tasks[0].Value);
        Assert.Equal(new TaskScore("b", null, null, "diverged"), score.Tasks[1]);
    }

    [Fact]
    public void No_training_is_no_score() => Assert.Throws<ArgumentException>(() => CandidateScore.Of([], LastLoss));

    private static EvaluationResult Result(string task, double loss) => new()
    {
        Layers = "A",
        Task = task,
        Status = EvaluationStatus.Finished,
        Curve = [new EpochRecord(1, 0, new TestMetrics(loss, 0, 0))],
        Updates = 1,
        TrainedTokens = 1,
    };

    private static EvaluationResult Failed(string task, string why) =>
        Result(task, 0) with { Status = EvaluationStatus.Failed, Failure = why, Curve = [] };
}
