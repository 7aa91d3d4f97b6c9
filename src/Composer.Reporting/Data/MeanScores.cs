using Composer.Stages.LmEval;
using Composer.Stages.Report;

namespace Composer.Reporting.Data;

/// <summary>A model's scores over its trainings.</summary>
internal static class MeanScores
{
    /// <summary>
    /// Each task once: the means over the trainings that were scored on it, with the mean of their standard errors over questions. All
    /// were asked the same questions, so more trainings make that error no smaller.
    /// </summary>
    public static IReadOnlyList<TaskAccuracy> Of(params IEnumerable<ReportRun> runs) =>
        [.. runs.SelectMany(r => r.Tasks).GroupBy(t => t.Task, StringComparer.Ordinal).Select(g => MeanOf([.. g]))];

    /// <inheritdoc cref="Of(IEnumerable{ReportRun})"/>
    public static IReadOnlyList<TaskAccuracy> Of(ReportModel model) => Of(model.Runs);

    private static TaskAccuracy MeanOf(IReadOnlyList<TaskAccuracy> scores) => scores.Count == 1
        ? scores[0]
        : scores[0] with
        {
            Accuracy = scores.Average(s => s.Accuracy),
            AccuracyStandardError = Mean(scores, s => s.AccuracyStandardError),
            NormalizedAccuracy = Mean(scores, s => s.NormalizedAccuracy),
            NormalizedAccuracyStandardError = Mean(scores, s => s.NormalizedAccuracyStandardError),
        };

    /// <summary>Null where one has none.</summary>
    private static double? Mean(IReadOnlyList<TaskAccuracy> scores, Func<TaskAccuracy, double?> of) =>
        scores.All(s => of(s) is not null) ? scores.Average(s => of(s)!.Value) : null;
}
