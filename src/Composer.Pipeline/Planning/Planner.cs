using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Estimates;
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
        var (results, files, rates) = (new StageResults(), new PlannedFiles(store), new MeasuredRates(store, graph.Kinds));
        var plan = new List<PlannedStage>(graph.Stages.Count);
        var first = new Dictionary<Digest, string>();
        foreach (var stage in graph.Stages)
        {
            var planned = PlanStage(stage, graph, results, files);
            if (planned.Status != PlanStatus.Hit)
            {
                planned = Estimated(planned, results, rates);
            }

            // Stages of one key, such as those of a sweep's points, are one computation.
            if (planned is { Status: PlanStatus.Run, Preimage.Key: var key } && !first.TryAdd(key, stage.Name))
            {
                planned = planned with { Reasons = [$"shares the result of {first[key]}"], Work = [], Estimate = Estimate.None };
            }

            plan.Add(planned);
        }

        return plan;
    }

    /// <summary>How much there is to compute and how long that takes here.</summary>
    private PlannedStage Estimated(PlannedStage planned, StageResults results, MeasuredRates rates)
    {
        var stage = planned.Stage;
        if (stage.Work is null)
        {
            return planned with { Estimate = Estimate.None };
        }

        var left = planned.Job is { } job
            ? stage.Kind.ShareLeft(job.Inputs, job.Preimage, workspace.WorkOf(job.Preimage.Key), store)
            : 1;
        var work = stage.WorkIn(results, store);

        // What a stage has others compute is spread over the cores.
        var share = left / (work.Any(w => w.Kind != stage.Kind.Name) ? Math.Max(1, resources.Cores) : 1);
        return planned with
        {
            Work = [.. work.Select(w => w with { Amount = left * w.Amount })],
            Estimate = work.Count > 0 && rates.Of(work) is { } known ? share * known : null,
        };
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
            return Verdict(stage, unreadable, null, [.. missing.Diagnostics.Select(d => d.Message)], []);
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
            return Verdict(stage, lacks, null, [waiting], []);
        }

        var work = stage.Resolve(results, store, files);
        if (store.Find(work.Preimage.Key) is { } record)
        {
            var result = results.Add(stage, new StageResult(record, store));
            return new PlannedStage(stage, PlanStatus.Hit, work.Preimage, record, [], [], stage.Kind.Describe(result)) { Estimate = Estimate.None };
        }

        var why = Explanation.Of(store, workspace, graph, stage, work);
        return Verdict(stage, lacks, work.Preimage, why.Reasons, why.Differences) with { Job = work };
    }

    private static PlannedStage Verdict(
        Stage stage,
        IReadOnlyList<MachineLack> lacks,
        Preimage? preimage,
        IReadOnlyList<string> reasons,
        IReadOnlyList<PreimageDifference> differences) =>
        lacks.Count == 0
            ? new PlannedStage(stage, PlanStatus.Run, preimage, null, reasons, differences, "")
            : new PlannedStage(
                stage,
                PlanStatus.Blocked,
                preimage,
                null,
                [.. lacks.Select(l => l.Sentence), .. reasons],
                differences,
                "")
            { Lacks = lacks };
}
