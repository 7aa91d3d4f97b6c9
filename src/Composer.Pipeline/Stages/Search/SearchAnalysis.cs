using Composer.Manifests.Model;
using Composer.Search.Analysis;

namespace Composer.Pipeline.Stages.Search;

/// <summary>What a surrogate fitted to a finished search says of it; for reports.</summary>
internal static class SearchAnalysis
{
    private const int MostTrials = 600;

    /// <summary>Analyses the trials behind the result; null where they are too few, or too many to fit in seconds.</summary>
    public static StudyAnalysis? Of(ExperimentManifest manifest, SearchOutput output) =>
        output.Result.Count > MostTrials
            ? null
            : StudyAnalysis.Of(
                SearchPlan.Study(manifest),
                [.. output.Result.Order().Select(number => SearchTrials.Of(output.Trials[number]))]);
}
