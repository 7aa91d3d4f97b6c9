using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>Makes all scores of small searches that could predict a truth, from their trainings alone.</summary>
public static class Predictors
{
    /// <summary>
    /// The searches' own score first; then for the loss and the accuracy, each by its last and, where the curves have more than
    /// one point, its best epoch: the mean over the tasks, that of z-scores, that of ranks, every task alone, and, of three tasks
    /// or more, the mean without each.
    /// </summary>
    /// <param name="orders">One entry an order, at least two, all with a score.</param>
    /// <param name="own">The searches' own rule.</param>
    /// <param name="withoutAccuracy">Tasks that have no accuracy, as language modelling.</param>
    public static IReadOnlyList<Predictor> Of(
        IReadOnlyList<CandidateRuns> orders, ScoringRule own, IReadOnlyCollection<string> withoutAccuracy)
    {
        var predictors = new List<Predictor> { Own(orders, own) };
        var epochs = orders.Any(o => o.HasCurves) ? [ScoreEpoch.Last, ScoreEpoch.Best] : new[] { ScoreEpoch.Last };
        foreach (var objective in new[] { ScoreObjective.Loss, ScoreObjective.Accuracy })
        {
            string[] tasks = [.. orders[0].Tasks.Where(t => objective == ScoreObjective.Loss || !withoutAccuracy.Contains(t))];
            if (tasks.Length > 0)
            {
                predictors.AddRange(epochs.SelectMany(epoch => OfRule(orders, tasks, new ScoringRule(objective, epoch))));
            }
        }

        return predictors;
    }

    /// <summary>The score that a search gives each order, in each repetition.</summary>
    public static RepeatedScores OwnScores(IReadOnlyList<CandidateRuns> orders, ScoringRule rule) =>
        new(orders.Select(order => OwnScores(order, rule)));

    private static IEnumerable<double> OwnScores(CandidateRuns order, ScoringRule rule)
    {
        var tasks = order.Tasks.Select(task => (Task: task, Scores: order.ScoresOf(task, rule))).ToArray();
        return Enumerable.Range(0, tasks[0].Scores.Count)
            .Select(r => rule.Weights.MeanOf(tasks.Select(t => (t.Task, (double?)t.Scores[r])))!.Value);
    }

    private static Predictor Own(IReadOnlyList<CandidateRuns> orders, ScoringRule own) =>
        new(PredictorKind.OwnScore, own.Objective, own.Epoch, null, OwnScores(orders, own));

    private static IEnumerable<Predictor> OfRule(IReadOnlyList<CandidateRuns> orders, string[] tasks, ScoringRule rule)
    {
        RepeatedScores[] byTask = [.. tasks.Select(task => new RepeatedScores(orders.Select(order => order.ScoresOf(task, rule))))];
        if (tasks.Length > 1)
        {
            yield return Made(PredictorKind.MeanOfTasks, null, Mean(byTask));
            yield return Made(PredictorKind.MeanOfDeviations, null, Mean([.. byTask.Select(t => Each(t, Deviations))]));
            yield return Made(
                PredictorKind.MeanOfRanks, null, Mean([.. byTask.Select(t => Each(t, scores => RankCorrelation.Ranks(scores)))]));
        }

        for (var t = 0; t < tasks.Length; t++)
        {
            yield return Made(PredictorKind.Task, tasks[t], byTask[t]);
        }

        for (var t = 0; t < tasks.Length && tasks.Length > 2; t++)
        {
            yield return Made(PredictorKind.WithoutTask, tasks[t], Mean([.. byTask.Where((_, i) => i != t)]));
        }

        Predictor Made(PredictorKind kind, string? task, RepeatedScores scores) => new(kind, rule.Objective, rule.Epoch, task, scores);
    }

    private static RepeatedScores Mean(RepeatedScores[] tasks) => new(
        Enumerable.Range(0, tasks[0].Orders).Select(order =>
            Enumerable.Range(0, tasks[0].Repetitions).Select(repetition => tasks.Average(t => t[order, repetition]))));

    /// <summary>Each repetition's scores as a function of them all makes them.</summary>
    private static RepeatedScores Each(RepeatedScores scores, Func<double[], double[]> change)
    {
        double[][] changed = [.. Enumerable.Range(0, scores.Repetitions).Select(r => change(scores.Of(r)))];
        return new RepeatedScores(Enumerable.Range(0, scores.Orders).Select(order => changed.Select(c => c[order])));
    }

    private static double[] Deviations(double[] scores)
    {
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
        return Array.ConvertAll(scores, s => deviation > 0 ? (s - mean) / deviation : 0);
    }
}
