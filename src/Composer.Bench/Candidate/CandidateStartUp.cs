using System.Diagnostics;
using Composer.Bench.Measuring;
using Composer.Mad.Evaluation;
using Composer.Training.Models;

namespace Composer.Bench.Candidate;

/// <summary>What a candidate costs besides its training.</summary>
/// <param name="Task">The task that it was to learn.</param>
/// <param name="Milliseconds">
/// From the request to the first update (drawing the samples, building the model), and by how much the first update
/// is slower than the later ones (code that is compiled, memory that is touched for the first time).
/// </param>
/// <param name="UpdateMilliseconds">A later update: the median.</param>
/// <param name="BytesAllocated">By the later updates, all together, on the managed heap of their thread.</param>
internal sealed record CandidateStartUp(string Task, double Milliseconds, double UpdateMilliseconds, long BytesAllocated)
{
    private const int Updates = 6;

    /// <summary>Runs the first updates of an evaluation on one thread, and drops it.</summary>
    /// <param name="evaluation">With at least two updates; see <see cref="CandidateEvaluation.Validate"/>.</param>
    /// <param name="engine">What trains.</param>
    /// <exception cref="ArgumentException">The evaluation has mistakes, or a single update.</exception>
    public static CandidateStartUp Measure(CandidateEvaluation evaluation, ITrainingEngine engine)
    {
        if (evaluation.Settings.PlannedUpdates < 2)
        {
            throw new ArgumentException("A start-up is told from an update by a second one.", nameof(evaluation));
        }

        using var enough = new CancellationTokenSource();
        var clock = new UpdateClock(engine, Updates, enough);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            evaluation.Run(clock, threads: 1, cancellation: enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // All that is measured has happened.
        }

        var update = RepeatedFigure.Of(clock.Durations.Skip(1), null).Median;
        var waited = Stopwatch.GetElapsedTime(begun, clock.FirstBegun) + TimeSpan.FromMilliseconds(clock.Durations[0] - update);
        return new CandidateStartUp(evaluation.Task.Name, waited.TotalMilliseconds, update, clock.Allocated.Skip(1).Sum());
    }
}
