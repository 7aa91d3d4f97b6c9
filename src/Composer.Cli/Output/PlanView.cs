using Composer.Pipeline.Graph;
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
    string? Limits)
{
    public static PlanView Of(StageGraph graph, IReadOnlyList<PlannedStage> plan, StageStore store)
    {
        var rows = new List<PlanRow>();
        foreach (var planned in plan)
        {
            rows.Add(PlanRow.Of(planned, graph));
            if (EvaluationCount.Of(planned, store) is { } evaluations)
            {
                rows.Add(evaluations);
            }
        }

        var stages = plan.ToArray();
        var known = stages.Where(s => s.Status != PlanStatus.Hit).Select(s => s.PredictedSeconds).ToArray();
        return new PlanView(
            graph.Experiment,
            graph.Profile,
            graph.Seed,
            rows,
            stages.Count(s => s.Status == PlanStatus.Hit),
            stages.Count(s => s.Status == PlanStatus.Run),
            stages.Count(s => s.Status == PlanStatus.Blocked),
            known.Any(s => s is not null) ? known.Sum(s => s ?? 0) : null,
            graph.Limits.Describe(graph.Kinds.Names));
    }
}

/// <param name="Name">The stage's name.</param>
/// <param name="Stage">Its kind.</param>
/// <param name="Description">What it is given.</param>
/// <param name="Status">hit, run or blocked.</param>
/// <param name="Key">Null while an input has no result.</param>
/// <param name="Reasons">Why it runs or is blocked.</param>
/// <param name="Differences">Fields that differ from the nearest earlier run.</param>
/// <param name="PredictedSeconds">From like stages in the past, or null.</param>
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
    /// <summary>The experiment and stage that a hit was computed as, when that was another.</summary>
    public string? SharedWith { get; init; }

    public static PlanRow Of(PlannedStage planned, StageGraph? graph = null) => new(
        planned.Stage.Name,
        planned.Stage.Kind.Name,
        planned.Stage.Description,
        planned.Status switch { PlanStatus.Hit => "hit", PlanStatus.Run => "run", _ => "blocked" },
        planned.Preimage?.Key.ToString(),
        planned.Reasons,
        [.. planned.Differences.Select(d => new FieldDifference(d.Path, d.Old, d.New))],
        planned.PredictedSeconds,
        planned.Hit?.Created,
        planned.Summary)
    {
        SharedWith = graph is not null && planned.Hit is { } hit && hit.Label != graph.LabelOf(planned.Stage) ? hit.Label : null,
    };
}

/// <summary>A field that differs from the nearest earlier run.</summary>
internal sealed record FieldDifference(string Path, string? Old, string? New);
