using Composer.Core;
using Composer.Search.Surrogates;

namespace Composer.Search.Acquisition;

/// <summary>
/// How good a candidate of this posterior is; higher is better, and never lower for a higher deviation.
/// </summary>
/// <param name="mean">Posterior mean.</param>
/// <param name="deviation">Posterior standard deviation, at most the prior's 1.</param>
/// <param name="order">The candidate, one digit a layer.</param>
internal delegate double AcquisitionScore(double mean, double deviation, ReadOnlySpan<byte> order);

/// <summary>Finds the candidate of the highest acquisition score among those that are not taken.</summary>
/// <remarks>Ties go to the candidate that is scored first; the number of threads changes nothing.</remarks>
internal static class AcquisitionMaximizer
{
    /// <summary>Spaces of at most this many orders are scored whole.</summary>
    public const long LargestEnumeration = 1 << 20;

    /// <summary>The best candidate, one digit a layer; null when all are taken.</summary>
    /// <param name="space">The candidates.</param>
    /// <param name="process">Their posterior; what it has observed is where local search starts.</param>
    /// <param name="taken">Candidates that must not come out.</param>
    /// <param name="score">What is maximised.</param>
    /// <param name="seed">Of local search's random points.</param>
    /// <param name="threads">Threads at most.</param>
    public static byte[]? Best(
        SearchSpace space, GaussianProcess process, IEnumerable<byte[]> taken, AcquisitionScore score, Seed seed, int threads) =>
        space.Size <= LargestEnumeration
            ? ExhaustiveMaximizer.Best(space, process, taken, score, threads)
            : new LocalMaximizer(space, process, taken, score).Best(new Rng(seed));
}
