using Composer.Stages.LmEval;
using Composer.Stages.Report;

namespace Composer.Reporting.Data;

/// <summary>What guessing would reach: nothing at or below it is called the best.</summary>
internal static class Chance
{
    /// <summary>Standard errors that tell a score from guessing.</summary>
    private const double Errors = 2;

    /// <summary>Whether an accuracy is above guessing by more than two standard errors, or at all where it has none.</summary>
    public static bool IsBeaten(double accuracy, double? error, double chance) => accuracy > chance + (Errors * (error ?? 0));

    public static bool IsBeaten(TaskAccuracy task) => IsBeaten(task.Accuracy, task.AccuracyStandardError, task.Chance);

    /// <summary>Whether the losses of all trainings are below that of calling every token as likely as every other.</summary>
    public static bool IsBeaten(ReportModel model) =>
        model.Runs.All(r => r.Pretrain.ValidationLoss < Math.Log(r.Pretrain.Vocabulary));
}
