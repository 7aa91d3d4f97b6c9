namespace Composer.Language.Evaluation;

/// <summary>A mean over questions and its standard error, sd(ddof 1) / √n.</summary>
/// <param name="Value">In [0, 1].</param>
/// <param name="StandardError">NaN for a single question.</param>
public readonly record struct TaskMetric(double Value, double StandardError)
{
    /// <summary>Of answers that are right or wrong.</summary>
    public static TaskMetric Of(IReadOnlyCollection<bool> right)
    {
        var n = right.Count;
        var mean = (double)right.Count(r => r) / n;
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
/// <param name="Questions">How many.</param>
/// <param name="Accuracy">By the summed log-likelihood of the continuation.</param>
/// <param name="NormalizedAccuracy">By that divided by the choice's code points; null where the harness has none.</param>
/// <param name="Chance">What guessing gets.</param>
/// <param name="Samples">Each question's scores, when they were kept; else empty.</param>
public sealed record HarnessResult(
    string Task,
    double Version,
    int Shots,
    int Questions,
    TaskMetric Accuracy,
    TaskMetric? NormalizedAccuracy,
    double Chance,
    IReadOnlyList<TaskSample> Samples);
