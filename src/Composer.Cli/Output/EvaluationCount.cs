using System.Globalization;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Stages;
using Composer.Store;

namespace Composer.Cli.Output;

/// <summary>The row of a search's evaluations, or of those that confirm an aggregation: how many of them are in the store.</summary>
internal static class EvaluationCount
{
    public static PlanRow? Of(PlannedStage stage, StageStore store)
    {
        var result = stage.Hit is null ? null : new StageResult(stage.Hit, store);
        if (stage.Stage is not ICountsEvaluations counting || counting.CountEvaluations(store, result) is not (int present, int all))
        {
            return null;
        }

        // A stage's name is that of its point of the sweep, its kind and its variant's.
        var parts = stage.Stage.Name.Split('/');
        parts[Array.LastIndexOf(parts, stage.Stage.Kind)] = stage.Stage.Kind == StageKind.Search ? StageKind.Evaluate : $"{StageKind.Evaluate}/fresh";
        var name = string.Join('/', parts);
        var hit = stage.Status == PlanStatus.Hit || present == all;
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
