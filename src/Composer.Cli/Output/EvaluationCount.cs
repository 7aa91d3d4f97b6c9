using System.Globalization;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Results;
using Composer.Store;

namespace Composer.Cli.Output;

/// <summary>The row of the jobs that a stage asks for: how many of them are in the store. Their time is the stage's.</summary>
internal static class EvaluationCount
{
    public static PlanRow? Of(PlannedStage stage, StageStore store)
    {
        var result = stage.Hit is null ? null : new StageResult(stage.Hit, store);
        if (stage.Stage.Asks is not { } asked || asked.Count(store, result) is not (int present, int all))
        {
            return null;
        }

        var hit = stage.Status == PlanStatus.Hit || present == all;
        return new PlanRow(
            asked.Name,
            asked.Kind,
            asked.Description,
            hit ? "hit" : "run",
            null,
            hit ? [] : [string.Create(CultureInfo.InvariantCulture, $"{all - present} of {all} are not in the store")],
            [],
            0,
            null,
            string.Create(CultureInfo.InvariantCulture, $"{present} of {all}"));
    }
}
