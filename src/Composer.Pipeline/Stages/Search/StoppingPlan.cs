using Composer.Manifests.Model;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Which trainings a manifest lets a search leave out, and which fields that depends on.</summary>
/// <param name="ByBound">Stop candidates that cannot become the best: where the best is all that the search is for.</param>
/// <param name="ByCeiling">Leave out settings once one of the task has the least score there is.</param>
/// <param name="ByWilcoxon">Stop candidates that are probably worse than the best.</param>
/// <param name="ByHalving">Train settings to the end only if they begin well.</param>
internal sealed record StoppingPlan(bool ByBound, bool ByCeiling, bool ByWilcoxon, bool ByHalving)
{
    /// <summary>Whether candidates are compared with those before them, so that they come in batches.</summary>
    public bool ComparesCandidates => ByBound || ByWilcoxon;

    public static StoppingPlan Of(ExperimentManifest manifest)
    {
        var evaluate = manifest.Evaluate;
        return new StoppingPlan(
            evaluate.LosslessStop && MayBound(manifest),
            evaluate.LosslessStop && MayReachCeiling(evaluate),
            evaluate.Pruning.Wilcoxon && evaluate.Tasks.Count > 1,
            evaluate.Halving.At.Count > 0);
    }

    /// <summary>The fields that decide what is left out; none where nothing can be.</summary>
    public static void AddFields(Preimage.Builder key, ExperimentManifest manifest)
    {
        var (search, evaluate) = (manifest.Search, manifest.Evaluate);
        if (MayBound(manifest) || MayReachCeiling(evaluate))
        {
            key.Add("evaluate.lossless_stop", evaluate.LosslessStop);
        }

        var plan = Of(manifest);
        if (plan.ByWilcoxon)
        {
            key.Add("evaluate.pruning.wilcoxon", true)
                .Add("evaluate.pruning.level", evaluate.Pruning.Level)
                .Add("evaluate.pruning.finish", evaluate.Pruning.Finish);
        }

        if (plan.ByHalving)
        {
            key.Add("evaluate.halving.at", evaluate.Halving.At)
                .Add("evaluate.halving.keep", evaluate.Halving.Keep.Select(k => (double)k))
                .Add("evaluate.halving.finish", evaluate.Halving.Finish);
        }

        if (plan.ComparesCandidates && SearchPlan.IsBlind(search))
        {
            key.Add("search.batch", search.Batch);
        }
    }

    /// <summary>
    /// A surrogate, a K-means and a vote read every score; the best candidate of a search that proposes blindly
    /// depends on no other.
    /// </summary>
    private static bool MayBound(ExperimentManifest manifest) =>
        SearchPlan.IsBlind(manifest.Search)
        && manifest.Aggregate.Method == "p100"
        && manifest.Search.Replicates.Top == 0
        && !SearchPlan.HasFront(manifest.Search)
        && manifest.Evaluate.Tasks.Count > 1;

    private static bool MayReachCeiling(EvaluateSection evaluate) =>
        evaluate.Objective == "accuracy" && EvaluationPlan.Variants(evaluate).Count() > 1;
}
