using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages;
using Composer.Store;

namespace Composer.Pipeline.Planning;

/// <summary>Says for each stage of a graph whether it is in the store, and when it is not, why.</summary>
public sealed class Planner(StageStore store, MachineResources resources)
{
    private const int MostNames = 3;

    /// <summary>The verdict on each stage, in the graph's order. Changes nothing.</summary>
    public IReadOnlyList<PlannedStage> Plan(ExperimentGraph graph)
    {
        var results = new StageResults();
        var plan = new List<PlannedStage>(graph.Stages.Count);
        var first = new Dictionary<Core.Digest, string>();
        foreach (var stage in graph.Stages)
        {
            var planned = PlanStage(stage, graph.Experiment, results);

            // Stages of one key, such as those of a sweep's points, are one computation.
            if (planned is { Status: PlanStatus.Run, Preimage.Key: var key } && !first.TryAdd(key, stage.Name))
            {
                planned = planned with { Reasons = [$"shares the result of {first[key]}"], PredictedSeconds = 0 };
            }

            plan.Add(planned);
        }

        return plan;
    }

    /// <summary>A stage's label in the store's records.</summary>
    public static string LabelOf(string experiment, Stage stage) => $"{experiment}/{stage.Name}";

    private PlannedStage PlanStage(Stage stage, string experiment, StageResults results)
    {
        var lacks = resources.WhatLacks(stage.Needs);
        try
        {
            stage.CheckInputs();
            return PlanStage(stage, experiment, results, lacks);
        }
        catch (Core.Diagnostics.UserInputException missing) when (lacks.Count > 0)
        {
            // A machine that can't run the stage need not have its data.
            return Verdict(stage, lacks, null, [.. missing.Diagnostics.Select(d => d.Message)], [], null);
        }
    }

    private PlannedStage PlanStage(Stage stage, string experiment, StageResults results, IReadOnlyList<MachineLack> lacks)
    {
        var open = stage.Inputs.Where(i => !results.Has(i)).ToArray();
        if (open.Length > 0)
        {
            var waiting = $"its input changes: {string.Join(", ", open.Take(MostNames).Select(i => i.Name))}{(open.Length > MostNames ? ", …" : "")}";
            return Verdict(stage, lacks, null, [waiting], [], store.TypicalSeconds(stage.Kind));
        }

        var preimage = stage.BuildPreimage(results, store);
        if (store.Find(preimage.Key) is { } record)
        {
            var result = new StageResult(record, store);
            results.Add(stage, result);
            return new PlannedStage(stage, PlanStatus.Hit, preimage, record, [], [], 0, stage.Describe(result));
        }

        var why = Explanation.Of(store, experiment, stage, preimage);
        return Verdict(stage, lacks, preimage, why.Reasons, why.Differences, why.PredictedSeconds);
    }

    private static PlannedStage Verdict(
        Stage stage,
        IReadOnlyList<MachineLack> lacks,
        Preimage? preimage,
        IReadOnlyList<string> reasons,
        IReadOnlyList<PreimageDifference> differences,
        double? seconds) =>
        lacks.Count == 0
            ? new PlannedStage(stage, PlanStatus.Run, preimage, null, reasons, differences, seconds, "")
            : new PlannedStage(stage, PlanStatus.Blocked, preimage, null, [.. lacks.Select(l => l.Sentence), .. reasons], differences, seconds, "") { Lacks = lacks };
}
