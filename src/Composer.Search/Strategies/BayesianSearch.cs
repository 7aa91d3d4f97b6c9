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
    private readonly int threads;
    private readonly FittedHyperparameters fitted = new();

    /// <param name="trials">The budget, at least 1; a smaller space is searched whole.</param>
    /// <param name="initialTrials">Random orders first; 0 means 2 × layers, at most a fifth of the trials, at least 5.</param>
    /// <param name="threads">Threads that score candidates; changes no proposal.</param>
    public BayesianSearch(int trials, int initialTrials = 0, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(initialTrials);
        this.trials = trials;
        this.initialTrials = initialTrials;
        this.threads = threads;
    }

    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var space = study.Space;
        var wanted = (int)Math.Min(count, Budget(study) - study.Trials.Count);
        var random = new RandomCandidates(study);
        var candidates = new List<LayerSequence>();
        while (candidates.Count < wanted && (random.Taken < InitialTrials(space) || study.Completed.Count == 0))
        {
            candidates.Add(random.Draw());
        }

        if (candidates.Count >= wanted)
        {
            return candidates;
        }

        var observed = new ObservedScores(space, study.Seed, study.Completed);
        var process = fitted.Of(space, study.Seed, study.Completed).Process(observed);
        List<byte[]> running = [.. study.Pending.Select(trial => trial.Sequence).Concat(candidates).Select(space.Digits)];
        List<byte[]> taken = [.. study.Trials.Select(trial => trial.Sequence).Concat(candidates).Select(space.Digits)];
        while (candidates.Count < wanted)
        {
            var believed = process.Believe(running);
            var best = believed.LeastObservedMean();
            var point = AcquisitionMaximizer.Best(
                space,
                believed,
                taken,
                (mean, deviation, _) => LogExpectedImprovement.Of(mean, deviation, best),
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

    public SearchProgress Progress(Study study) => SearchProgress.OnePhase(study, Budget(study));

    public IReadOnlyList<Trial> Result(Study study) => study.Completed;

    private long Budget(Study study) => Math.Min(trials, study.Space.AllowedSize);

    private int InitialTrials(SearchSpace space) =>
        initialTrials > 0 ? initialTrials : Math.Max(5, Math.Min(2 * space.Layers, trials / 5));
}
