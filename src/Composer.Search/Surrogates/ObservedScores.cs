using Composer.Core;

namespace Composer.Search.Surrogates;

/// <summary>
/// The trials that a surrogate learns from (<see cref="Study.Learned"/>), scores standardised to mean 0 and deviation 1 (1 where all are
/// equal).
/// </summary>
/// <remarks>
/// The surrogate's cost grows with the cube of their number, so that of more than <see cref="Most"/> trials
/// the better half of that number is taken, and a random choice of the others.
/// </remarks>
internal sealed class ObservedScores
{
    public const int Most = 512;

    public ObservedScores(SearchSpace space, Seed seed, IReadOnlyList<Trial> completed)
    {
        Space = space;
        Trials = Chosen(seed, completed);
        Digits = [.. Trials.Select(trial => space.Digits(trial.Sequence))];
        var scores = Trials.Select(trial => trial.Score!.Value).ToArray();
        Location = scores.Sum() / scores.Length;
        var squares = scores.Sum(score => (score - Location) * (score - Location));
        var deviation = scores.Length > 1 ? Math.Sqrt(squares / (scores.Length - 1)) : 0;

        // Differences of the size of rounding are none.
        Deviation = deviation > 1e-12 * Math.Abs(Location) ? deviation : 1;
        Standardised = [.. scores.Select(score => (score - Location) / Deviation)];
        PooledNoise = Replication.PooledVariance(Trials) / (Deviation * Deviation);
        Noise = new ObservationNoise(
            [.. Trials.Select(trial => PooledNoise is null && trial.Status == TrialStatus.Complete ? 1.0 / trial.Runs : 0)],
            [.. Trials.Select(Known)]);
    }

    public SearchSpace Space { get; }

    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The orders, one digit a layer.</summary>
    public byte[][] Digits { get; }

    public double[] Standardised { get; }

    /// <summary>How uncertain each score is.</summary>
    public ObservationNoise Noise { get; }

    /// <summary>σ² as several runs of the same orders give it, in standardised units; null when it is to be fitted.</summary>
    public double? PooledNoise { get; }

    public double Location { get; }

    public double Deviation { get; }

    /// <summary>The variance of a score that is known beforehand: of a prediction, or by replication.</summary>
    private double Known(Trial trial) => trial.Status == TrialStatus.Complete
        ? PooledNoise / trial.Runs ?? 0
        : (trial.Variance / (Deviation * Deviation)) + (PooledNoise ?? 0);

    private static IReadOnlyList<Trial> Chosen(Seed seed, IReadOnlyList<Trial> completed)
    {
        if (completed.Count <= Most)
        {
            return completed;
        }

        Trial[] ranked = [.. completed.OrderBy(trial => trial.Score).ThenBy(trial => trial.Number)];
        new Rng(seed.Derive("observed", completed.Count)).Shuffle(ranked.AsSpan(Most / 2));
        return [.. ranked.Take(Most).OrderBy(trial => trial.Number)];
    }
}
