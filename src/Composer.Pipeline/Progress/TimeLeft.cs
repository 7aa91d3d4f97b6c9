namespace Composer.Pipeline.Progress;

/// <summary>
/// How long a stage will go on, by how far it has come since it began to work: waiting for a core, for another process or for a
/// corpus is not counted, nor what was there already when it was taken up.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class TimeLeft
{
    /// <summary>Less of either tells nothing yet.</summary>
    private const double LeastShare = .02;
    private const double LeastSeconds = 3;

    private (DateTimeOffset At, double Fraction)? first;
    private (DateTimeOffset At, double Fraction)? last;

    /// <summary>Takes what a stage says.</summary>
    public void Add(DateTimeOffset at, StageProgress progress)
    {
        if (progress.Fraction is not { } fraction)
        {
            // It waits: what it did before says nothing of how fast it will go on.
            (first, last) = (null, null);
            return;
        }

        // Less than before is another try.
        first = first is null || fraction < last?.Fraction ? (at, fraction) : first;
        last = (at, fraction);
    }

    /// <summary>Seconds left; null while nothing can be said.</summary>
    public double? At(DateTimeOffset now)
    {
        if (first is not { } from || last is not { Fraction: < 1 } to)
        {
            return null;
        }

        var (seconds, share) = ((to.At - from.At).TotalSeconds, to.Fraction - from.Fraction);
        return seconds > LeastSeconds && share > LeastShare
            ? Math.Max(0, (seconds * (1 - to.Fraction) / share) - (now - to.At).TotalSeconds)
            : null;
    }
}
