namespace Composer.Language.Evaluation;

/// <summary>A mean over questions and its standard error, sd(ddof 1) / √n.</summary>
/// <param name="Value">In [0, 1].</param>
/// <param name="StandardError">Null for a single question, of which there is none: the harness says N/A.</param>
public readonly record struct TaskMetric(double Value, double? StandardError)
{
    /// <summary>Of answers that are right or wrong.</summary>
    public static TaskMetric Of(IReadOnlyCollection<bool> right)
    {
        var n = right.Count;
        var mean = (double)right.Count(r => r) / n;
        if (n < 2)
        {
            return new TaskMetric(mean, null);
        }

        var variance = right.Sum(r => Math.Pow((r ? 1 : 0) - mean, 2)) / (n - 1);
        return new TaskMetric(mean, Math.Sqrt(variance / n));
    }
}

/// <summary>One question's scores.</summary>
/// <param name="Question">Its index.</param>
/// <param name="LogLikelihoods">Of each choice, in nats.</param>
/// <param name="Gold">The right choice.</param>
/// <param name="Right">Whether the best score is the right choice's.</param>
/// <param name="RightNormalized">The same with scores divided by the choices' lengths.</param>
public sealed record TaskSample(int Question, IReadOnlyList<double> LogLikelihoods, int Gold, bool Right, bool RightNormalized);

/// <summary>How a model did on one task.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Version">The task's.</param>
/// <param name="Shots">Solved examples before each question.</param>
/// <param name="Documents">Questions that the task has, before a limit.</param>
/// <param name="Questions">How many were scored: what the accuracies are over.</param>
/// <param name="LeftOut">How many were asked and not scored, since a choice is longer than the window.</param>
/// <param name="ContextCut">How many of the scored ones had a context cut to fit the window.</param>
/// <param name="Accuracy">By the summed log-likelihood of the continuation.</param>
/// <param name="NormalizedAccuracy">By that divided by the choice's code points; null where the harness has none.</param>
/// <param name="Chance">What guessing gets.</param>
/// <param name="Samples">Each question's scores, when they were kept; else empty.</param>
public sealed record HarnessResult(
    string Task,
    double Version,
    int Shots,
    int Documents,
    int Questions,
    int LeftOut,
    int ContextCut,
    TaskMetric Accuracy,
    TaskMetric? NormalizedAccuracy,
    double Chance,
    IReadOnlyList<TaskSample> Samples);
