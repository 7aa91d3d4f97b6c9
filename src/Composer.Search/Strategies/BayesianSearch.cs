using System.Collections.Concurrent;
using Composer.Architecture;
using Composer.Search.Acquisition;
using Composer.Search.Surrogates;

namespace Composer.Search.Strategies;

/// <summary>
/// Bayesian optimisation: random orders first, then each time the order of the greatest expected
/// improvement under a Gaussian-process surrogate of the scores so far.
/// </summary>
/// <remarks>
/// Trials that are pending count as if they had scored what the surrogate expects (Kriging believer), so
/// that a batch spreads out. The order of proposals is a function of seed and trials; no state is kept.
/// </remarks>
public sealed class BayesianSearch : ISearchStrategy
{
    private readonly int trials;
    private readonly int initialTrials;
    private readonly Func<LayerSequence, double>? cost;
    private readonly int threads;
    private readonly FittedHyperparameters fitted = new();

    /// <param name="trials">The budget, at least 1; a smaller space is searched whole.</param>
    /// <param name="initialTrials">Random orders first; 0 means 2 × layers, between 5 and 20: whatever the trials are, so that raising them
    /// keeps the first.</param>
    /// <param name="cost">
    /// A second objective that depends on how many layers of each primitive an order has and is known without
    /// trying it, such as its KV cache; null improves the score alone.
    /// </param>
    /// <param name="threads">Threads that score candidates; changes no proposal.</param>
    public BayesianSearch(int trials, int initialTrials = 0, Func<LayerSequence, double>? cost = null, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(initialTrials);
        this.trials = trials;
        this.initialTrials = initialTrials;
        this.cost = cost;
        this.threads = threads;
    }

    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var space = study.Space;
        var wanted = (int)Math.Min(count, Budget(study) - study.Trials.Count);
        var random = new RandomCandidates(study);
        var candidates = new List<LayerSequence>();
        while (candidates.Count < wanted && (random.Taken < InitialTrials(space) || study.Learned.Count == 0))
        {
            candidates.Add(random.Draw());
        }

        if (candidates.Count >= wanted)
        {
            return candidates;
        }

        var observed = new ObservedScores(space, study.Seed, study.Learned);
        var process = fitted.Of(space, study.Seed, study.Learned).Process(observed);
        List<byte[]> running = [.. study.Pending.Select(trial => trial.Sequence).Concat(candidates).Select(space.Digits)];
        List<byte[]> taken = [.. study.Trials.Select(trial => trial.Sequence).Concat(candidates).Select(space.Digits)];
        while (candidates.Count < wanted)
        {
            var believed = process.Believe(running);
            var point = AcquisitionMaximizer.Best(
                space,
                believed,
                taken,
                Score(space, believed),
                study.Seed.Derive("acquisition", study.Trials.Count + candidates.Count),
                threads);
            if (point is null)
            {
                break;
            }

            candidates.Add(space.FromDigits(point));
            running.Add(point);
            taken.Add(point);
        }

        return candidates;
    }

    private AcquisitionScore Score(SearchSpace space, GaussianProcess process)
    {
        if (cost is null)
        {
            var best = process.LeastObservedMean();
            return (mean, deviation, _) => LogExpectedImprovement.Of(mean, deviation, best);
        }

        var means = new double[process.Observed.Count];
        process.PredictMean(process.Observed, means);
        var front = new FrontImprovement(
            [.. process.Observed.Select((order, i) => (cost(space.FromDigits(order)), means[i]))],
            space.Primitives.Max(symbol => cost(LayerSequence.FromSymbols(new string(symbol, space.Layers)))));

        // The cost depends on counts, not on the order; few counts stand for all candidates.
        var costs = new ConcurrentDictionary<UInt128, double>();
        return (mean, deviation, order) => front.Of(mean, deviation, CostOf(order));

        double CostOf(ReadOnlySpan<byte> order)
        {
            Span<int> counts = stackalloc int[space.Primitives.Length];
            foreach (var digit in order)
            {
                counts[digit]++;
            }

            var key = UInt128.Zero;
            foreach (var count in counts)
            {
                key = (key * 65) + (uint)count;
            }

            if (!costs.TryGetValue(key, out var known))
            {
                known = cost(space.FromDigits(order));
                costs[key] = known;
            }

            return known;
        }
    }

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.AllowedSize);

    private int InitialTrials(SearchSpace space) =>
        initialTrials > 0 ? initialTrials : Math.Clamp(2 * space.Layers, 5, 20);
}
