using System.Globalization;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Stages;
using Composer.Store;

namespace Composer.Cli.Output;

/// <summary>The row of a search's evaluations: how many of them are in the store.</summary>
internal static class EvaluationCount
{
    public static PlanRow? Of(PlannedStage search, StageStore store)
    {
        var result = search.Hit is null ? null : new StageResult(search.Hit, store);
        if (search.Stage is not ICountsEvaluations counting || counting.CountEvaluations(store, result) is not (int present, int all))
        {
            return null;
        }

        var name = StageKind.Evaluate + search.Stage.Name[StageKind.Search.Length..];
        var hit = search.Status == PlanStatus.Hit || present == all;
        return new PlanRow(
            name,
            StageKind.Evaluate,
            counting.EvaluationDescription,
            hit ? "hit" : "run",
            null,
            hit ? [] : [string.Create(CultureInfo.InvariantCulture, $"{all - present} of {all} are not in the store")],
            [],
            hit ? 0 : store.TypicalSeconds(StageKind.Evaluate) * (all - present),
            null,
            string.Create(CultureInfo.InvariantCulture, $"{present} of {all}"));
    }
}
