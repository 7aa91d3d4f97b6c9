using Composer.Mad.Evaluation;
using Composer.Mad.Prediction;
using Composer.Mad.Scoring;

namespace Composer.Mad.Tests.Prediction;

public sealed class PredictorsTests
{
    private static readonly ScoringRule LastLoss = new(ScoreObjective.Loss, ScoreEpoch.Last);

    /// <summary>Three tasks, two settings, two repetitions, two searches; each training's loss falls by a half and rises again.</summary>
    [Fact]
    public void Each_score_is_that_of_the_setting_which_a_search_of_its_rule_would_take()
    {
        CandidateRuns[] orders = [Runs(1), Runs(2), Runs(4)];
        var predictors = Predictors.Of(orders, LastLoss, []);
        Assert.Equal(1 + (4 * (3 + 3 + 3)), predictors.Count);
        Assert.All(predictors, p => Assert.Equal((3, 4), (p.Scores.Orders, p.Scores.Repetitions)));
        var alone = Of(ScoreObjective.Loss, ScoreEpoch.Last);
        for (var search = 0; search < 2; search++)
        {
            var score = CandidateScore.Of(orders[1].Searches[search], LastLoss);
            var ofTask = Assert.Single(score.Tasks, t => t.Task == "b");
            Assert.Equal(ofTask.Value!.Value, (alone.Scores[1, 2 * search] + alone.Scores[1, (2 * search) + 1]) / 2, 12);
            Assert.Equal(
                score.Value!.Value, (predictors[0].Scores[1, 2 * search] + predictors[0].Scores[1, (2 * search) + 1]) / 2, 12);
        }

        // The best epoch's loss is half of the last one's, and the setting that is best by accuracy is the other.
        var best = Of(ScoreObjective.Loss, ScoreEpoch.Best);
        Assert.Equal(alone.Scores[2, 0] / 2, best.Scores[2, 0], 12);
        Assert.Equal(.2, Of(ScoreObjective.Accuracy, ScoreEpoch.Last).Scores[2, 0], 12);

        Predictor Of(ScoreObjective objective, ScoreEpoch epoch) => predictors.Single(
            p => p is { Kind: PredictorKind.Task, Task: "b" } && (p.Objective, p.Epoch) == (objective, epoch));
    }

    [Fact]
    public void Means_of_tasks_leave_one_out_standardise_and_rank_within_a_repetition()
    {
        CandidateRuns[] orders = [Runs(1), Runs(2), Runs(4)];
        var predictors = Predictors.Of(orders, LastLoss, [])
            .Where(p => p is { Objective: ScoreObjective.Loss, Epoch: ScoreEpoch.Last }).ToArray();
        double[] alone = [.. predictors.Where(p => p.Kind == PredictorKind.Task).Select(p => p.Scores[1, 3])];
        Assert.Equal(alone.Average(), One(PredictorKind.MeanOfTasks).Scores[1, 3], 12);
        Assert.Equal(
            (alone[0] + alone[2]) / 2, predictors.Single(p => p is { Kind: PredictorKind.WithoutTask, Task: "b" }).Scores[1, 3], 12);
        Assert.Equal(2, One(PredictorKind.MeanOfRanks).Scores[1, 3], 12);
        Assert.Equal(0, Enumerable.Range(0, 3).Sum(o => One(PredictorKind.MeanOfDeviations).Scores[o, 3]), 12);
        Assert.Equal(3, Enumerable.Range(0, 3).Sum(o => Math.Pow(One(PredictorKind.MeanOfDeviations).Scores[o, 3], 2)), 1);

        Predictor One(PredictorKind kind) => predictors.Last(p => p.Kind == kind);
    }

    [Fact]
    public void Own_score_has_the_weights_of_the_search()
    {
        var rule = LastLoss with { Weights = new TaskWeights(new([new("a", 3.0), new("c", .5)])) };
        CandidateRuns[] orders = [Runs(1), Runs(2)];
        var own = Predictors.OwnScores(orders, rule);
        var tasks = new[] { "a", "b", "c" }.Select(task => orders[1].ScoresOf(task, rule)[0]).ToArray();
        Assert.Equal(((3 * tasks[0]) + tasks[1] + (.5 * tasks[2])) / 4.5, own[1, 0], 12);
    }

    [Fact]
    public void Language_modelling_has_no_accuracy_and_one_task_is_no_mean()
    {
        CandidateRuns[] orders = [Runs(1, "text"), Runs(2, "text")];
        var predictors = Predictors.Of(orders, LastLoss, ["text"]);
        Assert.Equal([PredictorKind.OwnScore, PredictorKind.Task, PredictorKind.Task], predictors.Select(p => p.Kind));
        Assert.DoesNotContain(predictors, p => p.Objective == ScoreObjective.Accuracy);
    }

    [Fact]
    public void Setting_that_failed_is_out_and_an_order_without_a_score_says_so()
    {
        var runs = Runs(1);
        var failed = new CandidateRuns([[.. runs.Searches[0].Select(t => t.Variant == 0 ? Failed(t) : t)], runs.Searches[1]]);
        Assert.True(failed.AreScored);
        Assert.NotEqual(runs.ScoresOf("a", LastLoss)[0], failed.ScoresOf("a", LastLoss)[0]);
        Assert.Equal(runs.ScoresOf("a", LastLoss)[2], failed.ScoresOf("a", LastLoss)[2]);
        Assert.False(new CandidateRuns([[.. runs.Searches[0].Select(Failed)]]).AreScored);
    }

    private static TaskTrial Failed(TaskTrial trial) =>
        trial with { Result = trial.Result with { Status = EvaluationStatus.Failed, Failure = "diverged", Curve = [] } };

    private static CandidateRuns Runs(double level, params string[] tasks) => new(
    [
        .. Enumerable.Range(0, 2).Select(search => (IReadOnlyList<TaskTrial>)
        [
            .. from task in tasks.Length > 0 ? tasks : ["a", "b", "c"]
               from variant in Enumerable.Range(0, 2)
               from repetition in Enumerable.Range(0, 2)
               let loss = (level * (task[0] - 'a' + 1)) + variant + (.1 * repetition) + (.01 * search)
               select new TaskTrial(variant, repetition, Result(task, loss, variant == 0 ? .7 : .8)),
        ]),
    ]);

    private static EvaluationResult Result(string task, double loss, double accuracy) => new()
    {
        Layers = "A",
        Task = task,
        Status = EvaluationStatus.Finished,
        Curve =
        [
            new EpochRecord(1, 0, new TestMetrics(loss / 2, accuracy + .1, 0)), new EpochRecord(2, 0, new TestMetrics(loss, accuracy, 0)),
        ],
        Updates = 1,
        TrainedTokens = 1,
    };
}
