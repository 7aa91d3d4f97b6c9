using Composer.Core;

namespace Composer.Search.Surrogates;

/// <summary>
/// Fits hyperparameters as <see cref="Hyperparameters.TrialsOfFit"/> says and remembers the last fit, so that
/// a search does not fit the same trials again. What it answers is a function of its arguments alone.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FittedHyperparameters
{
    private volatile Fit? last;

    public Hyperparameters Of(SearchSpace space, Seed seed, IReadOnlyList<Trial> completed)
    {
        Trial[] trials = [.. completed.Take(Hyperparameters.TrialsOfFit(completed.Count))];
        if (last is { } known && known.Space == space && known.Seed == seed && known.Trials.SequenceEqual(trials))
        {
            return known.Found;
        }

        var found = Hyperparameters.Of(new ObservedScores(space, seed, trials));
        last = new Fit(space, seed, trials, found);
        return found;
    }

    private sealed record Fit(SearchSpace Space, Seed Seed, Trial[] Trials, Hyperparameters Found);
}
