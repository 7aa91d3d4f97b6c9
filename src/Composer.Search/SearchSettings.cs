using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Primitives;
using Composer.Search.Strategies;

namespace Composer.Search;

/// <summary>What a manifest's <c>[search]</c> says about the strategy.</summary>
/// <param name="Strategy">One of <see cref="Strategies"/>.</param>
/// <param name="Trials">The budget; of each phase, in an incremental search. An exhaustive search ignores it.</param>
/// <param name="InitialTrials">Random candidates before the surrogate proposes; 0 means 2 × layers, between 5 and 20.</param>
/// <param name="StepLayers">Layers added in each phase of an incremental search.</param>
/// <param name="ShorterLastStep">Whether the last phase may add fewer.</param>
/// <param name="Suggested">Orders to try first; null or empty for none.</param>
/// <param name="Cost">A second objective; see <see cref="BayesianSearch"/>. Other strategies ignore it.</param>
/// <param name="Threads">Threads that score candidates; changes no proposal.</param>
public sealed record SearchSettings(
    string Strategy,
    int Trials,
    int InitialTrials = 0,
    int StepLayers = 4,
    bool ShorterLastStep = false,
    IReadOnlyList<LayerSequence>? Suggested = null,
    Func<LayerSequence, double>? Cost = null,
    int Threads = 1)
{
    /// <summary>The names that <see cref="CreateStrategy"/> knows.</summary>
    public static IReadOnlyList<string> Strategies { get; } =
        ["one-shot", "end-layer", "middle-layer", "exhaustive", "random", "local-search", "tpe"];

    /// <summary>The strategy of these settings.</summary>
    /// <param name="aggregation">How a phase's trials become the order that is fixed for the next; only incremental searches use it.</param>
    /// <param name="registry">The primitives, whose order breaks the aggregation's ties; A and M when null.</param>
    /// <exception cref="ArgumentException">No strategy has this name.</exception>
    public ISearchStrategy CreateStrategy(AggregationSettings aggregation, PrimitiveRegistry? registry = null)
    {
        var strategy = Create(aggregation, registry);
        return Suggested is { Count: > 0 } ? new SuggestedFirst(Suggested, strategy) : strategy;
    }

    private ISearchStrategy Create(AggregationSettings aggregation, PrimitiveRegistry? registry) => Strategy switch
    {
        "one-shot" => new BayesianSearch(Trials, InitialTrials, Cost, Threads),
        "end-layer" => Incremental(InsertionPoint.End, aggregation, registry),
        "middle-layer" => Incremental(InsertionPoint.Middle, aggregation, registry),
        "exhaustive" => new ExhaustiveSearch(),
        "random" => new RandomSearch(Trials),
        "local-search" => new LocalSearch(Trials),
        "tpe" => new TreeParzenSearch(Trials, InitialTrials),
        _ => throw new ArgumentException($"No search strategy '{Strategy}'; there are {string.Join(", ", Strategies)}."),
    };

    private IncrementalSearch Incremental(
        InsertionPoint point, AggregationSettings aggregation, PrimitiveRegistry? registry) =>
        new(point, StepLayers, Trials, aggregation, InitialTrials, ShorterLastStep, registry);
}
