using Composer.Core;

namespace Composer.Search.Surrogates;

/// <summary>What a study's scores teach about all orders.</summary>
/// <param name="Kernel">The kernel chosen.</param>
/// <param name="Process">Its posterior, in standardised scores.</param>
/// <param name="Observed">What it learnt from, with the scale of the scores.</param>
/// <remarks>A function of the completed trials (and, beyond <see cref="ObservedScores.Most"/>, the seed).</remarks>
internal sealed record Surrogate(KernelKind Kernel, GaussianProcess Process, ObservedScores Observed)
{
    /// <summary>The surrogate of at least one completed trial, its hyperparameters fitted to all of them.</summary>
    public static Surrogate Fit(SearchSpace space, Seed seed, IReadOnlyList<Trial> completed)
    {
        var observed = new ObservedScores(space, seed, completed);
        return Of(Hyperparameters.Of(observed), observed);
    }

    public static Surrogate Of(Hyperparameters hyperparameters, ObservedScores observed) =>
        new(hyperparameters.Kernel, hyperparameters.Process(observed), observed);
}
