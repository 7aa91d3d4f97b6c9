using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;

namespace Composer.Pipeline.Planning;

/// <summary>Says for each stage of a graph whether it is in the store, and when it is not, why.</summary>
public sealed class Planner(StageStore store, Workspace workspace, IResources resources)
{
    private const int MostNames = 3;

    /// <summary>
    /// The verdict on each stage, in the graph's order. Changes nothing, but for stored outputs that turn out to be damaged: they
    /// are set aside.
    /// </summary>
    public IReadOnlyList<PlannedStage> Plan(StageGraph graph)
    {
        while (true)
        {
            try
            {
                return PlanOnce(graph);
            }
            catch (BlobCorruptException damaged) when (damaged.IsSetAside)
            {
                // What put it out is no hit any more, and what was made from it neither.
            }
        }
    }

    private List<PlannedStage> PlanOnce(StageGraph graph)
    {
        var (results, files) = (new StageResults(), new PlannedFiles(store));
        var plan = new List<PlannedStage>(graph.Stages.Count);
        var first = new Dictionary<Digest, string>();
        foreach (var stage in graph.Stages)
        {
            var planned = PlanStage(stage, graph, results, files);

            // Stages of one key, such as those of a sweep's points, are one computation.
            if (planned is { Status: PlanStatus.Run, Preimage.Key: var key } && !first.TryAdd(key, stage.Name))
            {
                planned = planned with { Reasons = [$"shares the result of {first[key]}"], PredictedSeconds = 0 };
            }

            plan.Add(planned);
        }

        return plan;
    }

    private PlannedStage PlanStage(Stage stage, StageGraph graph, StageResults results, PlannedFiles files)
    {
        var lacks = resources.WhatLacks(stage.Needs);
        try
        {
            stage.CheckInputs(store.FactOfFile);
            return PlanStage(stage, graph, results, files, lacks);
        }
        catch (UserInputException missing) when (InputCheck.LacksOf(stage, resources) is { Count: > 0 } unreadable)
        {
            // A machine that can't run the stage, or what it is for, need not have its data.
            return Verdict(stage, unreadable, null, [.. missing.Diagnostics.Select(d => d.Message)], [], null);
        }
    }

    private PlannedStage PlanStage(
        Stage stage, StageGraph graph, StageResults results, PlannedFiles files, IReadOnlyList<MachineLack> lacks)
    {
        var open = stage.Inputs.Where(i => !results.Has(i)).ToArray();
        if (open.Length > 0)
        {
            var waiting =
                $"its input changes: {string.Join(", ", open.Take(MostNames).Select(i => i.Name))}{(open.Length > MostNames ? ", …" : "")}";
            return Verdict(stage, lacks, null, [waiting], [], store.TypicalSeconds(stage.Kind.Name));
        }

        var work = stage.Resolve(results, store, files);
        if (store.Find(work.Preimage.Key) is { } record)
        {
            var result = results.Add(stage, new StageResult(record, store));
            return new PlannedStage(stage, PlanStatus.Hit, work.Preimage, record, [], [], 0, stage.Kind.Describe(result));
        }

        var why = Explanation.Of(store, workspace, graph, stage, work);
        return Verdict(stage, lacks, work.Preimage, why.Reasons, why.Differences, why.PredictedSeconds);
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
            : new PlannedStage(
                stage,
                PlanStatus.Blocked,
                preimage,
                null,
                [.. lacks.Select(l => l.Sentence), .. reasons],
                differences,
                seconds,
                "")
            { Lacks = lacks };
}
