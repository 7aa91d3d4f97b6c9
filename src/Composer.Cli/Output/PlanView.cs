using Composer.Pipeline.Estimates;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Store;

namespace Composer.Cli.Output;

/// <summary>A plan as it is printed: text for people, JSON for scripts.</summary>
internal sealed record PlanView(
    string Experiment,
    string? Profile,
    ulong Seed,
    IReadOnlyList<PlanRow> Stages,
    int Hits,
    int ToRun,
    int Blocked,
    double? PredictedSeconds,
    double? PredictedLeast,
    double? PredictedMost,
    int Unpredicted,
    string? Limits)
{
    /// <param name="graph">The experiment.</param>
    /// <param name="plan">Of its stages.</param>
    /// <param name="store">Where results are.</param>
    /// <param name="submission">As what a job of a kind would be submitted, in words; null where jobs are processes.</param>
    public static PlanView Of(
        StageGraph graph,
        IReadOnlyList<PlannedStage> plan,
        StageStore store,
        Func<JobKind, StageNeeds, string>? submission = null)
    {
        var rows = new List<PlanRow>();
        foreach (var planned in plan)
        {
            var (stage, counted) = (planned.Stage, EvaluationCount.Of(planned, store));
            rows.Add(PlanRow.Of(planned, graph) with
            {
                Submission = Submitted(stage.Kind, stage.Needs, planned.Status)
                    ?? (counted is null && stage.Asks is { } asked
                        && Submitted(graph.Kinds[asked.Kind], stage.Needs.OfMachineAlone, planned.Status) is { } jobs
                        ? $"{asked.Kind}: {jobs}"
                        : null),
            });
            if (counted is { } evaluations)
            {
                var kind = graph.Kinds[evaluations.Stage];
                rows.Add(evaluations with
                {
                    Submission = Submitted(kind, StageNeeds.None, evaluations.Status == "hit" ? PlanStatus.Hit : planned.Status),
                });
            }
        }

        var stages = plan.ToArray();
        var open = stages.Where(s => s.Status != PlanStatus.Hit).ToArray();
        var known = open.Where(s => s.Estimate is not null).Select(s => s.Estimate!.Value).Aggregate(Estimate.None, (a, b) => a + b);
        var isKnown = known.Seconds > 0;
        return new PlanView(
            graph.Experiment,
            graph.Profile,
            graph.Seed,
            rows,
            stages.Count(s => s.Status == PlanStatus.Hit),
            stages.Count(s => s.Status == PlanStatus.Run),
            stages.Count(s => s.Status == PlanStatus.Blocked),
            isKnown ? known.Seconds : null,
            isKnown ? known.Least : null,
            isKnown ? known.Most : null,
            open.Count(s => s.Estimate is null),
            graph.Limits.Describe(graph.Kinds.Names));

        string? Submitted(JobKind kind, StageNeeds needs, PlanStatus status) =>
            kind.RunsOnAgent && status == PlanStatus.Run ? submission?.Invoke(kind, needs) : null;
    }
}

/// <param name="Name">The stage's name.</param>
/// <param name="Stage">Its kind.</param>
/// <param name="Description">What it is given.</param>
/// <param name="Status">hit, run or blocked.</param>
/// <param name="Key">Null while an input has no result.</param>
/// <param name="Reasons">Why it runs or is blocked.</param>
/// <param name="Differences">Fields that differ from the nearest earlier run.</param>
/// <param name="PredictedSeconds">How long it takes at the rates that this machine had; null where nothing that it computed tells.</param>
/// <param name="Computed">When a hit was computed.</param>
/// <param name="Summary">A hit's result.</param>
internal sealed record PlanRow(
    string Name,
    string Stage,
    string Description,
    string Status,
    string? Key,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<FieldDifference> Differences,
    double? PredictedSeconds,
    DateTimeOffset? Computed,
    string Summary)
{
    /// <summary>At the fastest rate that was measured.</summary>
    public double? PredictedLeast { get; init; }

    /// <summary>At the slowest.</summary>
    public double? PredictedMost { get; init; }

    /// <summary>How much there is to compute; null where it can't be told, or is nothing.</summary>
    public double? Work { get; init; }

    /// <summary>Of <see cref="Work"/>: FLOPs or bytes.</summary>
    public string? WorkUnit { get; init; }

    /// <summary>The experiment and stage that a hit was computed as, when that was another.</summary>
    public string? SharedWith { get; init; }

    /// <summary>As what it would be given to a cluster; null where it would be none's.</summary>
    public string? Submission { get; init; }

    public static PlanRow Of(PlannedStage planned, StageGraph? graph = null) => new(
        planned.Stage.Name,
        planned.Stage.Kind.Name,
        planned.Stage.Description,
        planned.Status switch { PlanStatus.Hit => "hit", PlanStatus.Run => "run", _ => "blocked" },
        planned.Preimage?.Key.ToString(),
        planned.Reasons,
        [.. planned.Differences.Select(d => new FieldDifference(d.Path, d.Old, d.New))],
        planned.Estimate?.Seconds,
        planned.Hit?.Created,
        planned.Summary)
    {
        PredictedLeast = planned.Estimate?.Least,
        PredictedMost = planned.Estimate?.Most,
        Work = planned.Work.Count > 0 ? planned.Work.Sum(w => w.Amount) : null,
        WorkUnit = planned.Work.Count > 0 ? planned.Work[0].Unit : null,
        SharedWith = graph is not null && planned.Hit is { } hit && hit.Label != graph.LabelOf(planned.Stage) ? hit.Label : null,
    };
}

/// <summary>A field that differs from the nearest earlier run.</summary>
internal sealed record FieldDifference(string Path, string? Old, string? New);
