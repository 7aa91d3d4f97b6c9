using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Search;

/// <summary>More runs of the best candidates when everything is tried, so that luck does not choose among them.</summary>
public sealed record Replication
{
    [Description("How many of the best candidates are run again; 0 repeats none."), SettingRange(0, 1000)]
    public int Top { get; init; }

    [Description("Runs of each, the first included, every one with its own data and initialisation."), SettingRange(2, 100)]
    public int Seeds { get; init; } = 3;

    /// <summary>
    /// The trials to run again, best first: <see cref="Seeds"/> − 1 times each. A function of first runs alone,
    /// so that a search that was stopped in between asks for the same.
    /// </summary>
    /// <param name="result">The strategy's <see cref="ISearchStrategy.Result"/> before any was run again.</param>
    public IReadOnlyList<Trial> Wanted(IReadOnlyList<Trial> result) => Seeds < 2
        ? []
        : [.. result.OrderBy(trial => trial.Score).ThenBy(trial => trial.Number).Take(Top)];

    /// <summary>
    /// The variance of one run around its candidate's expectation, pooled over all candidates that ran more
    /// than once: Σ(rᵢ − 1)sᵢ²/Σ(rᵢ − 1); null when none did.
    /// </summary>
    public static double? PooledVariance(IEnumerable<Trial> trials)
    {
        var (sum, freedom) = (0.0, 0);
        foreach (var trial in trials.Where(trial => trial is { Status: TrialStatus.Complete, Runs: > 1 }))
        {
            sum += (trial.Runs - 1) * trial.Variance;
            freedom += trial.Runs - 1;
        }

        return freedom > 0 ? sum / freedom : null;
    }
}
