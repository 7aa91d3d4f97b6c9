using Composer.Core.Diagnostics;
using Composer.Pipeline.Keys;
using Composer.Core.Json;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Acceptance;

/// <summary>
/// Takes the outputs of earlier runs over for stages whose code has changed since, and nothing else: for changes
/// that somebody knows to be cosmetic.
/// </summary>
public sealed class OutputAcceptance(StageStore store, Workspace workspace, IResources resources, TimeProvider time)
{
    private const int RunsLookedAt = 50;

    /// <summary>Accepts each of the named stages, inputs first. Those whose result is in the store need nothing.</summary>
    /// <param name="graph">The experiment.</param>
    /// <param name="names">Stages, or kinds for all of their stages that would run.</param>
    /// <param name="because">Why; kept with the results.</param>
    /// <returns>The stages that were accepted.</returns>
    /// <exception cref="UserInputException">A stage is unknown, or more than its code has changed. What came before it is
    /// accepted.</exception>
    public IReadOnlyList<string> Accept(StageGraph graph, IReadOnlyList<string> names, string because)
    {
        foreach (var name in names.Where(n => !graph.Stages.Any(s => IsNamed(s, n))))
        {
            throw new UserInputException(new Diagnostic(
                "CMP7003",
                DiagnosticSeverity.Error,
                $"{graph.Experiment} has no stage '{name}' to accept.",
                Remedy: Suggestion.DidYouMean(name, graph.Stages.Select(s => s.Name)) ?? $"There are {string.Join(", ", graph.Stages)}."));
        }

        var accepted = new List<string>();
        foreach (var stage in graph.Stages.Where(s => names.Any(n => IsNamed(s, n))))
        {
            // Each time anew: what was just accepted may give the next one its key.
            var planned = new Planner(store, workspace, resources).Plan(graph).Single(p => p.Stage == stage);
            if (planned.Status != PlanStatus.Hit)
            {
                Adopt(graph, stage, planned.Preimage ?? throw NoKey(graph, stage), because);
                accepted.Add(stage.Name);
            }
        }

        return accepted;
    }

    private static bool IsNamed(Stage stage, string name) => stage.Name == name || stage.Kind.Name == name;

    private void Adopt(StageGraph graph, Stage stage, Preimage preimage, string because)
    {
        var label = graph.LabelOf(stage);
        var earlier = store.NewestOfLabel(stage.Kind.Name, label, RunsLookedAt)
            .Concat(store.NewestOfKind(stage.Kind.Name, RunsLookedAt))
            .Where(store.IsUsable)
            .Select(r => (Record: r, Differences: PreimageDifference.Between(r.Preimage, preimage.Fields)))
            .ToArray();
        if (earlier.FirstOrDefault(e => e.Differences.All(d => Preimage.IsCode(d.Path))) is not
            {
                Record: { } record,
                Differences: var differences,
            })
        {
            throw Refused(stage, earlier.Select(e => e.Differences).MinBy(d => d.Count(f => !Preimage.IsCode(f.Path))));
        }

        var acceptance = new AcceptedOutput
        {
            From = record.Key,
            Because = because,
            At = time.GetUtcNow(),
            Fields = [.. differences.Select(d => d.Path)],
        };
        var beside = new SortedDictionary<string, BlobReference>(StringComparer.Ordinal)
        {
            [AcceptedOutput.Name] = store.Blobs.Add(new MemoryStream(ComposerJson.Write(acceptance))),
        };
        foreach (var (name, blob) in record.Beside.Where(b => b.Key != AcceptedOutput.Name && store.Blobs.Contains(b.Value.Digest)))
        {
            beside.Add(name, blob);
        }

        store.Publish(
        [
            new StageRecord(
                preimage.Key,
                stage.Kind.Name,
                label,
                preimage.Fields,
                record.Outputs,
                beside,
                acceptance.At,
                record.Seconds,
                record.Machine),
        ]);
    }

    private static UserInputException NoKey(StageGraph graph, Stage stage) => new(new Diagnostic(
        "CMP7004",
        DiagnosticSeverity.Error,
        $"{stage.Name} cannot be accepted: its key is not known before {string.Join(", ", stage.Inputs.Select(i => i.Name))} "
        + $"{(stage.Inputs.Count == 1 ? "has" : "have")} a result.",
        Remedy: $"Accept that too, or run it first: composer run {graph.Experiment} --until {stage.Inputs[^1].Name}."));

    private static UserInputException Refused(Stage stage, IReadOnlyList<PreimageDifference>? nearest) => new(new Diagnostic(
        "CMP7005",
        DiagnosticSeverity.Error,
        nearest is null
            ? $"{stage.Name} cannot be accepted: it never ran."
            : $"{stage.Name} cannot be accepted: more than its code has changed since the nearest earlier run: "
                + $"{string.Join("; ", nearest.Where(d => !Preimage.IsCode(d.Path)))}.",
        Remedy: "Only an output that differs in nothing but the code that computed it can be taken over; run the stage."));
}
