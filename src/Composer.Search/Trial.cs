using Composer.Architecture;

namespace Composer.Search;

/// <summary>One candidate of a study and what came of it.</summary>
/// <param name="Number">Its place in the study, from 0.</param>
/// <param name="Sequence">The layer order that is evaluated.</param>
/// <param name="Status">Whether it is still to be evaluated, scored, or given up.</param>
/// <param name="Score">Lower is better; null unless complete.</param>
/// <param name="Failures">How many evaluations of it have failed.</param>
/// <remarks>An immutable value; equal when all five are.</remarks>
public sealed record Trial(
    int Number,
    LayerSequence Sequence,
    TrialStatus Status = TrialStatus.Pending,
    double? Score = null,
    int Failures = 0)
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
}
