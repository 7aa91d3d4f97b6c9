using Composer.Store;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Runs of stores from before runs noted the keys they reached.</summary>
public static class ReachedEvaluations
{
    /// <summary>
    /// Notes for each run the evaluations that its searches name, so that gc keeps them with it. Those of
    /// later runs are there already.
    /// </summary>
    public static void Note(StageStore store)
    {
        foreach (var run in store.Runs(int.MaxValue))
        {
            var reached = store.KeysOf(run.Id).ToHashSet();
            foreach (var stage in store.StagesOf(run.Id).Where(s => s is { Kind: StageKind.Search, Key: not null }))
            {
                if (store.Find(stage.Key!.Value) is { } record && record.Outputs.ContainsKey(SearchOutput.Name))
                {
                    var keys = SearchStage.KeysBehind(new StageResult(record, store).Read<SearchOutput>(SearchOutput.Name));
                    if (keys.Where(k => !reached.Contains(k)).ToArray() is { Length: > 0 } missing)
                    {
                        store.Reach(run.Id, missing);
                    }
                }
            }
        }
    }
}
