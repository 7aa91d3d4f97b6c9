using Composer.Architecture;

namespace Composer.Search;

/// <summary>One candidate of a study and what came of it.</summary>
/// <param name="Number">Its place in the study, from 0.</param>
/// <param name="Sequence">The layer order that is evaluated.</param>
/// <param name="Status">Whether it is still to be evaluated, scored, or given up.</param>
/// <param name="Score">Lower is better; the mean of its runs. Null unless complete, or stopped with a prediction.</param>
/// <param name="Failures">How many evaluations of it have failed.</param>
/// <param name="Runs">How many runs the score is the mean of.</param>
/// <param name="Variance">
/// Of a complete trial the sample variance of its runs (0 for one run); of a stopped one the variance of the
/// prediction.
/// </param>
/// <remarks>An immutable value; equal when all seven are.</remarks>
public sealed record Trial(
    int Number,
    LayerSequence Sequence,
    TrialStatus Status = TrialStatus.Pending,
    double? Score = null,
    int Failures = 0,
    int Runs = 1,
    double Variance = 0)
{
    /// <summary>A trial that has failed this often is banned: one retry.</summary>
    public const int MostFailures = 2;

    /// <summary>This trial, scored. A score that is no finite number (a training that diverged) is a failure.</summary>
    public Trial Complete(double score) =>
        double.IsFinite(score) ? this with { Status = TrialStatus.Complete, Score = score } : Fail();

    /// <summary>This trial after one more failure: pending for its retry, or failed for good.</summary>
    public Trial Fail() => this with
    {
        Status = Failures + 1 < MostFailures ? TrialStatus.Pending : TrialStatus.Failed,
        Score = null,
        Failures = Failures + 1,
    };

    /// <summary>This complete trial with more runs behind its score.</summary>
    /// <param name="scores">Of the runs that came after the first.</param>
    public Trial Replicate(IReadOnlyList<double> scores)
    {
        double[] all = [Score!.Value, .. scores];
        var mean = all.Average();
        return this with { Score = mean, Runs = all.Length, Variance = all.Sum(s => (s - mean) * (s - mean)) / (all.Length - 1) };
    }

    /// <summary>This trial, stopped.</summary>
    /// <param name="prediction">What its score would probably have been; null when that is not known.</param>
    /// <param name="variance">Of that prediction.</param>
    public Trial Stop(double? prediction, double variance) =>
        this with { Status = TrialStatus.Stopped, Score = prediction, Variance = variance };
}
