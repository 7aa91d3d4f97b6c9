using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Architecture.Widths;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Search.Constraints;
using Composer.Search.Strategies;

namespace Composer.Search;

/// <summary>How layer orders are proposed: a manifest's section <c>search</c>.</summary>
/// <remarks>An immutable value; equal when every field is.</remarks>
public sealed partial record SearchSettings : IReadsSelectively
{
    [Description("How candidates are chosen.")]
    public SearchStrategy Strategy { get; init; }

    [Description("Layers of a candidate."), SettingRange(1, 64)]
    public int Layers { get; init; } = 6;

    [Description("Symbols of the primitives to choose from."), SettingCount(1, 26), SettingDistinct]
    public ValueList<string> Primitives { get; init; } = [.. PrimitiveRegistry.Default.Searched.Select(symbol => symbol.ToString())];

    [Description("Candidates to evaluate; exhaustive ignores it. For incremental searches: in each step."), SettingRange(1, 100_000)]
    public int Trials { get; init; } = 64;

    [Description("Random candidates before the surrogate proposes; 0 means 2 × layers, between 5 and 20."), SettingRange(0, 100_000)]
    public int InitialTrials { get; init; }

    [Description("Layers added in each step of an incremental search."), SettingRange(1, 16)]
    public int StepLayers { get; init; } = 4;

    [Description("Whether the last step of an incremental search may add fewer layers than the others.")]
    public bool ShorterLastStep { get; init; }

    [Description("Candidates proposed at once."), SettingRange(1, 1024)]
    public int Batch { get; init; } = 4;

    [Description("Orders to try first, such as [\"2A+4M\"]."), SettingCount(0, 1000)]
    public ValueList<LayerSequence> Suggest { get; init; } = [];

    [Description("What a search improves: the score alone, or its front with KV cache or training operations (one-shot only).")]
    [SettingCount(1, 2), SettingDistinct]
    public ValueList<SearchObjective> Objectives { get; init; } = [SearchObjective.Score];

    [Description("Bounds on the candidates' parameters, operations, KV cache and shares of primitives.")]
    public SearchConstraints Constraints { get; init; } = new();

    [Description("More runs of the best candidates at the end.")]
    public Replication Replicates { get; init; } = new();

    [Description("Widths of the candidates.")]
    public ModelShape Model { get; init; } = SizePreset.SmallShape;

    [Description("Inner widths that no option gives: as they follow from the model, or such that a layer of each primitive has the "
        + "parameters, or the training operations at constraints.length, of attention or an MLP; at full size likewise.")]
    public LayerWidths Widths { get; init; }

    /// <summary>The candidates' shape: <see cref="Model"/> with the options that its primitives have in a search.</summary>
    [JsonIgnore]
    public ModelShape CandidateShape => new WidthRule(Widths, Constraints.Length).Complete(Model, Symbols, OptionDefaults.InSearch);

    /// <summary>What is improved beside the score; null for nothing.</summary>
    [JsonIgnore]
    public SearchObjective? Cost =>
        Objectives.Where(objective => objective != SearchObjective.Score).Select(objective => (SearchObjective?)objective).FirstOrDefault();

    /// <summary>Whether the front of score and a cost is what the search improves.</summary>
    [JsonIgnore]
    public bool HasFront => Cost is not null;

    private IEnumerable<char> Symbols => Primitives.Select(p => p[0]);

    /// <summary>The orders that may be tried.</summary>
    public SearchSpace Space() =>
        new(Layers, Symbols, Constraints.For(CandidateShape) is { IsEmpty: false } constraint ? constraint : null);

    /// <summary>The study that the search begins with.</summary>
    /// <param name="seed">The experiment's.</param>
    public Study Study(Seed seed) => new(Space(), seed.Derive("search"));

    /// <summary>
    /// These with the widths that the rule chooses written down as options, so that whoever writes them himself asks for the same.
    /// </summary>
    public SearchSettings WithChosenWidths() =>
        Widths == LayerWidths.Given ? this : this with { Model = CandidateShape, Widths = LayerWidths.Given };

    /// <summary>
    /// These with the default length where another changes nothing: no bound and no objective asks for it, and what is kept grows
    /// with it.
    /// </summary>
    public SearchSettings WithoutIdleLength()
    {
        var usual = this with { Constraints = Constraints with { Length = new SearchConstraints().Length } };
        return Constraints.MaxFlops is null
            && Cost != SearchObjective.Flops
            && Widths != LayerWidths.EqualFlops
            && Symbols.All(symbol => usual.KvCache(LayerSequence.FromSymbols([symbol])) == KvCache(LayerSequence.FromSymbols([symbol])))
            ? usual
            : this;
    }

    /// <summary>Bytes per token of a candidate, in bf16.</summary>
    public double KvCache(LayerSequence order) =>
        (double)ArchitectureCosts.Of(order, CandidateShape, vocabulary: 0).KvCacheBytes(Constraints.Length) / Constraints.Length;

    /// <summary>Training FLOPs per token of a candidate, its embedding left out.</summary>
    public long Flops(LayerSequence order) =>
        ArchitectureCosts.Of(order, CandidateShape, vocabulary: 0).TrainingFlopsPerToken(Constraints.Length);

    /// <summary>What proposes the candidates.</summary>
    /// <param name="betweenPhases">How a phase's trials become the order that is fixed for the next, in incremental searches.</param>
    /// <param name="threads">Threads that score candidates; changes no proposal.</param>
    /// <param name="registry">The primitives, whose order breaks the aggregation's ties; the default ones when null.</param>
    public ISearchStrategy CreateStrategy(AggregationSettings betweenPhases, int threads = 1, PrimitiveRegistry? registry = null)
    {
        ISearchStrategy strategy = Strategy switch
        {
            SearchStrategy.OneShot => new BayesianSearch(Trials, InitialTrials, CostOfOrder(), threads),
            SearchStrategy.EndLayer => Incremental(InsertionPoint.End),
            SearchStrategy.MiddleLayer => Incremental(InsertionPoint.Middle),
            SearchStrategy.Exhaustive => new ExhaustiveSearch(),
            SearchStrategy.Random => new RandomSearch(Trials),
            SearchStrategy.LocalSearch => new LocalSearch(Trials),
            SearchStrategy.Tpe => new TreeParzenSearch(Trials, InitialTrials),
            _ => throw new InvalidOperationException($"No strategy {Strategy}."),
        };
        return Suggest.Count > 0 ? new SuggestedFirst(Suggest, strategy) : strategy;

        Func<LayerSequence, double>? CostOfOrder() => Cost switch
        {
            SearchObjective.KvCache => KvCache,
            SearchObjective.Flops => order => Flops(order),
            _ => null,
        };

        IncrementalSearch Incremental(InsertionPoint point) =>
            new(point, StepLayers, Trials, betweenPhases, InitialTrials, ShorterLastStep, registry);
    }

    [JsonIgnore]
    public IReadOnlyCollection<string> Unread
    {
        get
        {
            var unread = new List<string>();
            Idle(nameof(Trials), Strategy == SearchStrategy.Exhaustive);
            Idle(nameof(InitialTrials), Strategy.IsBlind || Strategy == SearchStrategy.LocalSearch);
            Idle(nameof(Batch), Batch == 0);
            Idle(nameof(StepLayers), !Strategy.IsIncremental);
            Idle(nameof(ShorterLastStep), !Strategy.IsIncremental || Layers % StepLayers == 0);
            Idle(nameof(Objectives), Strategy != SearchStrategy.OneShot || !HasFront);
            Idle(nameof(Suggest), Suggest.Count == 0);
            Idle(nameof(Widths), Widths == LayerWidths.Given);
            Idle(nameof(Constraints), Constraints == new SearchConstraints());
            Idle(nameof(Replicates), Replicates.Top == 0);
            return unread;

            void Idle(string name, bool idle)
            {
                if (idle)
                {
                    unread.Add(name);
                }
            }
        }
    }
}
