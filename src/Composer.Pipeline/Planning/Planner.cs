using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Planning;

/// <summary>Says for each stage of a graph whether it is in the store, and when it is not, why.</summary>
public sealed class Planner(StageStore store, MachineResources resources)
{
    private const int MostNames = 3;

    /// <summary>The verdict on each stage, in the graph's order. Changes nothing.</summary>
    public IReadOnlyList<PlannedStage> Plan(ExperimentGraph graph)
    {
        var results = new KnownResults();
        var plan = new List<PlannedStage>(graph.Stages.Count);
        foreach (var stage in graph.Stages)
        {
            plan.Add(PlanStage(stage, graph.Experiment, results));
        }

        return plan;
    }

    /// <summary>A stage's label in the store's records.</summary>
    public static string LabelOf(string experiment, Stage stage) => $"{experiment}/{stage.Name}";

    /// <summary>
    /// The earlier run of a stage that is nearest to a preimage: the newest with the same label or, when there is
    /// none, the one of the newest twenty of its kind with the same fields and the fewest differences. Null when
    /// there is none.
    /// </summary>
    public static StageRecord? Nearest(StageStore store, string kind, string label, Preimage preimage) =>
        store.NewestOfLabel(kind, label, 1).FirstOrDefault()
        ?? store.NewestOfKind(kind, 20)
            .Where(r => r.Preimage.Select(f => f.Path).SequenceEqual(preimage.Fields.Select(f => f.Path)))
            .MinBy(r => PreimageDifference.Between(r.Preimage, preimage.Fields).Count);

    private PlannedStage PlanStage(Stage stage, string experiment, KnownResults results)
    {
        var lacks = resources.WhatLacks(stage.Needs);
        try
        {
            stage.CheckInputs();
            return PlanStage(stage, experiment, results, lacks);
        }
        catch (Core.Diagnostics.UserInputException missing) when (lacks is not null)
        {
            // A machine that can't run the stage need not have its data.
            return Verdict(stage, lacks, null, [.. missing.Diagnostics.Select(d => d.Message)], [], null);
        }
    }

    private PlannedStage PlanStage(Stage stage, string experiment, KnownResults results, string? lacks)
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
            return new PlannedStage(stage, PlanStatus.Hit, preimage, record, [], [], 0, stage.Summarize(result));
        }

        var nearest = Nearest(store, stage.Kind, LabelOf(experiment, stage), preimage);
        if (nearest is null)
        {
            return Verdict(stage, lacks, preimage, ["never ran"], [], null);
        }

        if (nearest.Key == preimage.Key)
        {
            var missing = store.MissingBlobs(nearest);
            return Verdict(stage, lacks, preimage, [$"its output is missing from the store: {string.Join(", ", missing)}"], [], nearest.Seconds);
        }

        var differences = PreimageDifference.Between(nearest.Preimage, preimage.Fields);
        return Verdict(stage, lacks, preimage, [.. differences.Select(d => d.ToString())], differences, nearest.Seconds);
    }

    private static PlannedStage Verdict(
        Stage stage,
        string? lacks,
        Preimage? preimage,
        IReadOnlyList<string> reasons,
        IReadOnlyList<PreimageDifference> differences,
        double? seconds) =>
        lacks is null
            ? new PlannedStage(stage, PlanStatus.Run, preimage, null, reasons, differences, seconds, "")
            : new PlannedStage(stage, PlanStatus.Blocked, preimage, null, [lacks, .. reasons], differences, seconds, "");

    private sealed class KnownResults : IStageResults
    {
        private readonly Dictionary<Stage, StageResult> results = [];

        public StageResult this[Stage stage] => results[stage];

        public bool Has(Stage stage) => results.ContainsKey(stage);

        public void Add(Stage stage, StageResult result) => results.Add(stage, result);
    }
}
