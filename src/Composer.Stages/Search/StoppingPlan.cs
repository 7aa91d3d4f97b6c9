using System.Text.Json.Serialization;
using Composer.Architecture.Aggregation;
using Composer.Mad.Scoring;
using Composer.Manifests.Model;
using Composer.Search;
using Composer.Search.Aggregation;

namespace Composer.Stages.Search;

/// <summary>Which trainings a search may leave out.</summary>
/// <param name="ByBound">Stop candidates that cannot become the best: where the best is all that the search is for.</param>
/// <param name="ByCeiling">Leave out settings once one of the task has the least score there is.</param>
/// <param name="ByWilcoxon">Stop candidates that are probably worse than the best.</param>
/// <param name="ByHalving">Train settings to the end only if they begin well.</param>
public sealed record StoppingPlan(bool ByBound, bool ByCeiling, bool ByWilcoxon, bool ByHalving)
{
    /// <summary>Nothing is left out.</summary>
    public static StoppingPlan None { get; } = new(false, false, false, false);

    /// <summary>Whether candidates are compared with those before them, so that they come in batches.</summary>
    [JsonIgnore]
    public bool ComparesCandidates => ByBound || ByWilcoxon;

    /// <summary>Whether nothing is left out.</summary>
    [JsonIgnore]
    public bool IsNone => this == None;

    /// <summary>What a manifest allows.</summary>
    public static StoppingPlan Of(SearchSettings search, EvaluateSettings evaluate, AggregateSettings aggregate) => new(
        evaluate.LosslessStop && OnlyBestCounts(search, aggregate) && evaluate.Tasks.Count > 1,
        evaluate.LosslessStop && evaluate.Objective == ScoreObjective.Accuracy && evaluate.Variants.Count() > 1,
        evaluate.Pruning.Wilcoxon && evaluate.Tasks.Count > 1,
        evaluate.Halving.At.Count > 0);

    /// <summary>
    /// A surrogate, a K-means and a vote read every score; the best candidate of a search that proposes blindly
    /// depends on no other, unless it is held against the next best.
    /// </summary>
    private static bool OnlyBestCounts(SearchSettings search, AggregateSettings aggregate) =>
        search.Strategy.IsBlind && aggregate is { Method: AggregationMethod.BestCandidate, Confirms: false }
        && search.Replicates.Top == 0 && !search.HasFront;
}
