using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Primitives;
using Composer.Search.Aggregation;
using Composer.Search.Constraints;

namespace Composer.Search.Strategies;

/// <summary>
/// Layer by layer (Composer, section 3.1): each phase searches a few new layers at the end or in the middle
/// of the order that the phases before have settled on, every candidate trained from scratch; what the
/// aggregation makes of the phase's trials is fixed for the next.
/// </summary>
/// <remarks>
/// A phase tries every choice of its new layers when there are no more of them than trials, else Bayesian
/// optimisation chooses. A trial is of a phase when it has the phase's fixed layers around its new ones, so
/// that a study needs no note of it. A phase without a single score ends the search.
/// </remarks>
public sealed class IncrementalSearch : ISearchStrategy
{
    private readonly InsertionPoint point;
    private readonly int stepLayers;
    private readonly int trials;
    private readonly int initialTrials;
    private readonly bool allowShorterLastStep;
    private readonly AggregationSettings aggregation;
    private readonly PrimitiveRegistry? registry;

    /// <param name="point">Where new layers go.</param>
    /// <param name="stepLayers">New layers of a phase, at least 1.</param>
    /// <param name="trials">The budget of each phase, at least 1.</param>
    /// <param name="aggregation">How a phase's completed trials, whole orders all, become the order that is fixed next.</param>
    /// <param name="initialTrials">As <see cref="BayesianSearch"/> takes it.</param>
    /// <param name="allowShorterLastStep">Whether the last phase may have fewer layers than the others.</param>
    /// <param name="registry">The primitives, whose order breaks ties; A and M when null.</param>
    public IncrementalSearch(
        InsertionPoint point,
        int stepLayers,
        int trials,
        AggregationSettings aggregation,
        int initialTrials = 0,
        bool allowShorterLastStep = false,
        PrimitiveRegistry? registry = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepLayers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        this.point = point;
        this.stepLayers = stepLayers;
        this.trials = trials;
        this.aggregation = aggregation;
        this.registry = registry;
        this.initialTrials = initialTrials;
        this.allowShorterLastStep = allowShorterLastStep;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The step does not divide the layers, and no shorter last one is allowed.</exception>
    public IReadOnlyList<LayerSequence> Suggest(Study study, int count)
    {
        var current = Current(study);
        return [.. current.Strategy.Suggest(current.Inner, count).Select(current.Phase.Whole)];
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">As for <see cref="Suggest"/>.</exception>
    public SearchProgress Progress(Study study)
    {
        var current = Current(study);
        var inner = current.Strategy.Progress(current.Inner);
        var steps = Steps(study.Space);
        return new SearchProgress(
            current.Phase.Number,
            steps.Count,
            inner.Finished,
            inner.Trials,
            study.Trials.Count - study.Pending.Count,
            steps.Sum(step => Math.Min(trials, study.Space.WithLayers(step).Size)),
            current.Settled,
            inner.IsDone);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">As for <see cref="Suggest"/>.</exception>
    public IReadOnlyList<Trial> Result(Study study)
    {
        var current = Current(study);
        return current.Phase.Number == Steps(study.Space).Count ? Scored(current.Trials) : [];
    }

    /// <summary>The first phase that is not over, or the last that can be reached.</summary>
    private State Current(Study study)
    {
        var steps = Steps(study.Space);
        LayerSequence? settled = null;
        for (var number = 1; ; number++)
        {
            var phase = SearchPhase.At(number, PhaseSpace(study.Space, steps, number, settled), settled, point);
            var space = phase.Space;
            var phaseTrials = phase.TrialsOf(study);
            var inner = phase.Inner(study, phaseTrials);
            ISearchStrategy strategy =
                space.AllowedSize <= trials ? new ExhaustiveSearch() : new BayesianSearch(trials, initialTrials);
            var scored = Scored(phaseTrials);
            if (number == steps.Count || scored.Count == 0 || !strategy.Progress(inner).IsDone)
            {
                return new State(phase, strategy, phaseTrials, inner, settled);
            }

            settled = TrialAggregator.Aggregate(
                SettledSpace(study.Space, scored[0].Sequence.Count),
                study.Seed.Derive("aggregate", number),
                scored,
                aggregation,
                registry).Layers;
        }
    }

    /// <summary>Orders of so many layers, as far as some whole order that grows from them keeps the constraint.</summary>
    private static SearchSpace SettledSpace(SearchSpace whole, int layers) => new(
        layers,
        whole.Primitives,
        whole.Constraint is { } constraint ? new CompletionConstraint(constraint, "", whole.Layers - layers) : null);

    /// <summary>The new layers, as far as some whole order with them keeps the constraint.</summary>
    private static SearchSpace PhaseSpace(SearchSpace whole, List<int> steps, int number, LayerSequence? settled) => new(
        steps[number - 1],
        whole.Primitives,
        whole.Constraint is { } constraint
            ? new CompletionConstraint(constraint, settled?.ToString() ?? "", steps.Skip(number).Sum())
            : null);

    private List<int> Steps(SearchSpace space)
    {
        var steps = Enumerable.Repeat(stepLayers, space.Layers / stepLayers).ToList();
        var rest = space.Layers % stepLayers;
        if (rest != 0)
        {
            if (!allowShorterLastStep)
            {
                throw new ArgumentException($"Steps of {stepLayers} layers do not add up to {space.Layers}.", nameof(space));
            }

            steps.Add(rest);
        }

        return steps;
    }

    private static IReadOnlyList<Trial> Scored(IReadOnlyList<Trial> trials) =>
        [.. trials.Where(trial => trial.Status == TrialStatus.Complete)];

    private sealed record State(
        SearchPhase Phase,
        ISearchStrategy Strategy,
        IReadOnlyList<Trial> Trials,
        Study Inner,
        LayerSequence? Settled);
}
