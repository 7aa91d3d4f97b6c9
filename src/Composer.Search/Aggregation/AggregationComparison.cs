using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Primitives;
using Composer.Search.Confirmation;

namespace Composer.Search.Aggregation;

/// <summary>Finished searches over the same orders that differ in their seeds: what each way to aggregate makes of them.</summary>
public static class AggregationComparison
{
    /// <summary>The five ways: N_0, N_1, N_(i−1), p100 and the least expected score.</summary>
    public static IReadOnlyList<AggregationWay> Ways { get; } =
    [
        new("N_0", AggregationMethod.ConditionOnSome, 0),
        new("N_1", AggregationMethod.ConditionOnSome, 1),
        new("N_(i-1)", AggregationMethod.ConditionOnAll, 0),
        new("p100", AggregationMethod.BestCandidate, 0),
        new("posterior", AggregationMethod.PosteriorMinimum, 0),
    ];

    /// <summary>Compares every way, as it is and confirmed.</summary>
    /// <param name="searches">At least one, with at least one completed trial each.</param>
    /// <param name="settings">Clusters, and how many members and runs confirm an order.</param>
    /// <param name="truth">What was measured of the orders, lower is better; null for nothing.</param>
    /// <param name="registry">The primitives, whose order breaks ties; A and M when null.</param>
    /// <remarks>
    /// What confirms is <see cref="HasFreshRuns"/>' runs where all ways have them in all searches; else the searches of other seeds are
    /// the runs, up to <see cref="AggregateSettings.ConfirmRuns"/> of those that follow, and regret is held out of them, too: one
    /// other search at least is left for that where there are two. An order that those did not try has no confirmed way.
    /// </remarks>
    public static IReadOnlyList<ComparedWay> Of(
        IReadOnlyList<FinishedSearch> searches,
        AggregateSettings settings,
        IReadOnlyDictionary<LayerSequence, double>? truth = null,
        PrimitiveRegistry? registry = null)
    {
        var ways = Possible(searches).Select(way => (way.Name, Made: Make(searches, way, settings, registry))).ToArray();
        var own = Has(searches, ways.SelectMany(way => way.Made), settings);
        return
        [
            .. ways.Select(way => Compared(
                way.Name, searches, [.. way.Made.Select(made => ((LayerSequence?)made.Layers, Array.Empty<int>()))], truth)),
            .. ways.Select(way => Compared(
                $"{way.Name} confirmed", searches, [.. way.Made.Select((made, i) => Confirm(searches, i, made, settings, own))], truth)),
        ];
    }

    /// <summary>
    /// Whether the searches' own aggregations trained every way's order with fresh seeds, and members of the best cluster.
    /// </summary>
    public static bool HasFreshRuns(
        IReadOnlyList<FinishedSearch> searches, AggregateSettings settings, PrimitiveRegistry? registry = null) =>
        Has(searches, Possible(searches).SelectMany(way => Make(searches, way, settings, registry)), settings);

    /// <summary>How many searches of other seeds confirm an order, where no fresh runs do.</summary>
    public static int OthersThatConfirm(int searches, AggregateSettings settings) =>
        Math.Min(Math.Min(settings.ConfirmRuns, searches - 1), Math.Max(1, searches - 2));

    private static IEnumerable<AggregationWay> Possible(IReadOnlyList<FinishedSearch> searches) =>
        Ways.Where(way => way.Condition < searches[0].Space.Layers);

    private static AggregationResult[] Make(
        IReadOnlyList<FinishedSearch> searches, AggregationWay way, AggregateSettings settings, PrimitiveRegistry? registry) =>
        [.. searches.Select(s => TrialAggregator.Aggregate(s.Space, s.Seed, s.Trials, way.Settings(settings.Clusters), registry))];

    private static bool Has(IReadOnlyList<FinishedSearch> searches, IEnumerable<AggregationResult> made, AggregateSettings settings) =>
        made.Select((result, i) => (result, searches[i % searches.Count].Fresh)).All(m =>
            IsAlone(m.result, settings)
            || ClusterConfirmation.Of(m.result.Best, m.result.Layers, settings.ConfirmMembers, m.Fresh) is not null)
        && searches.Any(s => s.Fresh.Count > 0);

    /// <summary>Whether there is no other order in the best cluster to hold this one against, so that it is taken as it comes.</summary>
    private static bool IsAlone(AggregationResult made, AggregateSettings settings) =>
        ClusterConfirmation.MembersBeside(made.Best, made.Layers, settings.ConfirmMembers).Count == 0;

    /// <summary>
    /// What fresh runs take for the order that a way makes of a search, and the other searches that are no longer held out.
    /// </summary>
    private static (LayerSequence? Order, int[] Used) Confirm(
        IReadOnlyList<FinishedSearch> searches, int search, AggregationResult made, AggregateSettings settings, bool own)
    {
        int[] used = own
            ? []
            : [.. Enumerable.Range(1, OthersThatConfirm(searches.Count, settings)).Select(step => (search + step) % searches.Count)];
        var runs = own ? searches[search].Fresh : ClusterConfirmation.MembersBeside(made.Best, made.Layers, settings.ConfirmMembers)
            .Prepend(made.Layers)
            .Select(order => new FreshRuns(order, [.. used.Select(j => searches[j].ScoreOf(order))]))
            .Where(run => run.Mean is not null)
            .ToDictionary(run => run.Layers);
        return IsAlone(made, settings)
            ? (made.Layers, used)
            : (ClusterConfirmation.Of(made.Best, made.Layers, settings.ConfirmMembers, runs)?.Taken, used);
    }

    private static ComparedWay Compared(
        string name,
        IReadOnlyList<FinishedSearch> searches,
        (LayerSequence? Order, int[] Used)[] chosen,
        IReadOnlyDictionary<LayerSequence, double>? truth) => new(
        name,
        [.. chosen.Select(c => c.Order)],
        [.. chosen.Select((c, i) => c.Order is null ? null : searches[i].RegretOf(c.Order))],
        [.. chosen.Select((c, i) => c.Order is null
            ? null
            : Mean(searches.Where((_, j) => j != i && !c.Used.Contains(j)).Select(other => other.RegretOf(c.Order))))],
        truth is null
            ? []
            : [.. chosen.Select(c =>
                c.Order is not null && truth.TryGetValue(c.Order, out var value) ? value - truth.Values.Min() : (double?)null)]);

    private static double? Mean(IEnumerable<double?> regrets)
    {
        double[] known = [.. regrets.OfType<double>()];
        return known.Length > 0 ? known.Average() : null;
    }
}
