using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Strategies;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al. 2011) with the settings of Optuna, as a baseline:
/// of 24 orders drawn from the distribution of the best tenth, layer by layer, the one that is likeliest
/// under it against that of the others.
/// </summary>
public sealed class TreeParzenSearch : ISearchStrategy
{
    private const int Candidates = 24;
    private const int MostGood = 25;
    private const int Attempts = 20;

    private readonly int trials;
    private readonly int initialTrials;

    /// <param name="trials">The budget, at least 1; a smaller space is searched whole.</param>
    /// <param name="initialTrials">Random orders first; 0 means 10.</param>
    public TreeParzenSearch(int trials, int initialTrials = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(initialTrials);
        this.trials = trials;
        this.initialTrials = initialTrials > 0 ? initialTrials : 10;
    }

    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var space = study.Space;
        var random = new RandomCandidates(study);
        var candidates = new List<LayerSequence>();
        var (good, bad) = Densities(study);
        while (candidates.Count < count && random.Taken < Budget(study))
        {
            LayerSequence? next = null;
            if (random.Taken >= initialTrials && study.Completed.Count > 1)
            {
                next = Likeliest(space, good, bad, random, new Rng(study.Seed.Derive("parzen", random.Taken)));
            }

            if (next is null)
            {
                next = random.Draw();
            }
            else
            {
                random.Take(next);
            }

            candidates.Add(next);
        }

        return candidates;
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.AllowedSize);

    /// <summary>Probability of each primitive at each layer, among the best tenth and among the others.</summary>
    private static (double[][] Good, double[][] Bad) Densities(Study study)
    {
        Trial[] ranked = [.. study.Completed.OrderBy(trial => trial.Score).ThenBy(trial => trial.Number)];
        var split = Math.Min((ranked.Length + 9) / 10, MostGood);
        return (Density(study.Space, ranked[..split]), Density(study.Space, ranked[split..]));
    }

    private static double[][] Density(SearchSpace space, Trial[] trials) =>
        [.. Enumerable.Range(0, space.Layers).Select(i => space.Primitives.Select(symbol =>
            (trials.Count(trial => trial.Sequence[i] == symbol) + (1.0 / space.Primitives.Length)) / (trials.Length + 1)).ToArray())];

    private static LayerSequence? Likeliest(
        SearchSpace space, double[][] good, double[][] bad, RandomCandidates random, Rng rng)
    {
        var (best, bestRatio) = ((LayerSequence?)null, double.NegativeInfinity);
        var digits = new byte[space.Layers];
        for (int found = 0, attempt = 0; found < Candidates && attempt < Attempts * Candidates; attempt++)
        {
            var ratio = 0.0;
            for (var i = 0; i < digits.Length; i++)
            {
                digits[i] = Draw(good[i], rng);
                ratio += Math.Log(good[i][digits[i]] / bad[i][digits[i]]);
            }

            var order = space.FromDigits(digits);
            if (!space.Allows(digits) || random.IsTaken(order))
            {
                continue;
            }

            found++;
            if (ratio > bestRatio)
            {
                (best, bestRatio) = (order, ratio);
            }
        }

        return best;
    }

    private static byte Draw(double[] probabilities, Rng rng)
    {
        var rest = rng.NextDouble();
        byte digit = 0;
        while (digit < probabilities.Length - 1 && rest >= probabilities[digit])
        {
            rest -= probabilities[digit++];
        }

        return digit;
    }
}
