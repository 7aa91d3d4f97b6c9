using Composer.Pipeline.Stages;
using Composer.Pipeline.Stages.Search;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Comparison;

/// <summary>The numbers of a stage that people compare, by name.</summary>
internal static class StageMetrics
{
    public static IReadOnlyDictionary<string, double> Of(StageRecord? record, StageStore store)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (record is null)
        {
            return metrics;
        }

        var result = new StageResult(record, store);
        if (record.Outputs.ContainsKey(PretrainOutput.Name))
        {
            metrics.Add("validation loss", result.Read<PretrainOutput>(PretrainOutput.Name).ValidationLoss);
        }

        if (record.Outputs.ContainsKey(LmEvalOutput.Name))
        {
            foreach (var task in result.Read<LmEvalOutput>(LmEvalOutput.Name).Tasks)
            {
                metrics.Add($"{task.Task} accuracy", task.Accuracy);
                if (task.NormalizedAccuracy is { } normalized)
                {
                    metrics.Add($"{task.Task} normalized accuracy", normalized);
                }
            }
        }

        if (record.Outputs.ContainsKey(SearchOutput.Name)
            && result.Read<SearchOutput>(SearchOutput.Name).Trials.Min(t => t.Score) is { } best)
        {
            metrics.Add("best score", best);
        }

        return metrics;
    }
}
