using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Core.Files;
using Composer.Core.Text;
using Composer.Pipeline;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Stages;
using Composer.Store;

namespace Composer.Agents.Checkup;

/// <summary>Everything that an experiment needs and lacks here: data, tokenizer, tasks, engine, memory, GPUs, disk, time.</summary>
/// <param name="graph">Its stages.</param>
/// <param name="resources">Of this machine.</param>
/// <param name="store">What is in it needs nothing more.</param>
/// <param name="workspace">Where it would be computed.</param>
public sealed class ExperimentCheckup(StageGraph graph, IResources resources, StageStore store, Workspace workspace)
{
    private readonly List<Finding> findings = [];

    /// <summary>Looks through all of it; computes nothing.</summary>
    /// <param name="profiles">That the manifest has.</param>
    public IReadOnlyList<Finding> Run(IReadOnlyList<string> profiles)
    {
        CheckInputs();
        IReadOnlyList<PlannedStage>? plan = findings.Count == 0 ? new Planner(store, workspace, resources).Plan(graph) : null;
        findings.AddRange(Inputs().Where(fine => findings.All(f => f.Subject != fine.Subject)));
        var open = plan is null ? graph.Stages : [.. plan.Where(p => p.Status != PlanStatus.Hit).Select(p => p.Stage)];
        CheckNeeds(open, profiles.Contains("smoke") && graph.Profile is null);
        findings.Add(Memory(open));
        findings.Add(Disk(open));
        findings.AddRange(Computing(open, plan));
        return [.. findings];
    }

    private void CheckInputs()
    {
        foreach (var stage in graph.Stages)
        {
            try
            {
                stage.CheckInputs(store.FactOfFile);
            }
            catch (UserInputException wrong)
            {
                foreach (var diagnostic in wrong.Diagnostics)
                {
                    AddLack(SubjectOf(stage), diagnostic.Message, DataRemedies.Of(diagnostic));
                }
            }
        }
    }

    /// <summary>What reads something from outside, in the words of the stages.</summary>
    private IEnumerable<Finding> Inputs() => graph.Stages
        .Where(s => s.Kind.Name is KindNames.Tokenize or KindNames.LmEval)
        .DistinctBy(s => (s.Kind.Name, s.Description))
        .Select(s => Finding.Fine(SubjectOf(s), s.Description));

    private void CheckNeeds(IReadOnlyList<Stage> open, bool hasSmoke)
    {
        foreach (var lack in open.SelectMany(s => resources.WhatLacks(s.Needs)).DistinctBy(l => l.Sentence))
        {
            string[] remedies = [.. lack.Remedies.Select(r => r.Replace("NAME", graph.Experiment, StringComparison.Ordinal))];
            AddLack(
                lack.IsBuilt ? "engine" : "machine",
                $"it {lack.Sentence}",
                hasSmoke && !lack.IsBuilt ? [$"composer run {graph.Experiment} --profile smoke", .. remedies] : remedies);
        }
    }

    private static Finding Memory(IReadOnlyList<Stage> open)
    {
        if (open.Where(s => s.Needs.Memory > 0).MaxBy(s => s.Needs.Memory) is not { } largest)
        {
            return Finding.Fine("memory", "little");
        }

        var whose = largest.Needs.Gpus > 0 ? "on each GPU" : "of this machine";
        return Finding.Fine("memory", $"about {BytesText.Of(largest.Needs.Memory)} {whose}, the most in {largest.Name}");
    }

    private Finding Disk(IReadOnlyList<Stage> open)
    {
        // Tokens take about as many bytes as their text: four, of four bytes.
        var needed = open.Sum(s => s.Needs.Kept) + open.Select(s => s.Needs.Disk).DefaultIfEmpty().Max()
            + (long)open.SelectMany(WorkOf).Where(w => w.Unit == Work.Bytes).Sum(w => w.Amount);
        var free = DiskSpace.FreeAt(workspace.Artifacts);
        return needed > free
            ? Finding.Lack(
                "disk",
                $"about {BytesText.Of(needed)} for checkpoints, weights and tokens; {BytesText.Of(free.Value)} are free",
                "composer store gc", $"composer run {graph.Experiment} --artifacts FOLDER")
            : Finding.Fine("disk", $"about {BytesText.Of(needed)} for checkpoints, weights and tokens");
    }

    private IEnumerable<Finding> Computing(IReadOnlyList<Stage> open, IReadOnlyList<PlannedStage>? plan)
    {
        if (open.Count == 0)
        {
            yield return Finding.Fine("computing", "nothing: all of it is in the store");
            yield break;
        }

        var onGpu = open.Where(s => s.Needs.Gpus > 0).SelectMany(WorkOf).Where(w => w.Unit == Work.Flops).Sum(w => w.Amount);
        if (onGpu > 0)
        {
            yield return Finding.Fine("computing", string.Create(
                CultureInfo.InvariantCulture,
                $"{onGpu:0.0e+0} FLOPs on GPUs: {GpuTime.Hours(onGpu):#,0.#} hours of an {GpuTime.Name} at {GpuTime.Share:P0} of its bf16 peak"));
        }

        var here = open.Where(s => s.Needs.Gpus == 0).ToHashSet();
        var flops = here.SelectMany(WorkOf).Where(w => w.Unit == Work.Flops).Sum(w => w.Amount);
        var known = plan?.Where(p => here.Contains(p.Stage)).Select(p => p.Estimate).ToArray();
        var time = known is null || known.Any(e => e is null) ? "of unknown time" : $"about {ElapsedText.Of(known.Sum(e => e!.Value.Seconds))}";
        if (flops > 0)
        {
            yield return Finding.Fine("computing", string.Create(
                CultureInfo.InvariantCulture, $"{flops:0.0e+0} FLOPs on this machine's processor, {time}"));
        }
    }

    private IReadOnlyList<Work> WorkOf(Stage stage) => stage.WorkIn(IStageResults.None, store);

    private void AddLack(string subject, string text, IReadOnlyList<string> remedies)
    {
        if (findings.All(f => f.Text != text))
        {
            findings.Add(Finding.Lack(subject, text, remedies));
        }
    }

    private static string SubjectOf(Stage stage) => stage.Kind.Name == KindNames.LmEval ? "tasks" : "data";
}
