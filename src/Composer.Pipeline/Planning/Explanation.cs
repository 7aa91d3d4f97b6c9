using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Planning;

/// <summary>Why a stage of a known key that is not in the store has to run.</summary>
/// <param name="Nearest">The earlier run that it is compared with; null when it never ran.</param>
/// <param name="Reasons">One line each, at least one.</param>
/// <param name="Differences">Fields in which it differs from <paramref name="Nearest"/>.</param>
public sealed record Explanation(StageRecord? Nearest, IReadOnlyList<string> Reasons, IReadOnlyList<PreimageDifference> Differences)
{
    private const int KindsLookedAt = 20;

    /// <summary>Compares a stage with its nearest earlier run.</summary>
    /// <param name="store">Where earlier runs are.</param>
    /// <param name="workspace">Where stopped ones left their work.</param>
    /// <param name="graph">The experiment.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="work">What it computes now.</param>
    public static Explanation Of(StageStore store, Workspace workspace, StageGraph graph, Stage stage, KeyedJob work)
    {
        var (kind, preimage) = (stage.Kind, work.Preimage);
        if (store.RecordOf(preimage.Key) is { } same)
        {
            return new Explanation(same, [WhyNot(same, store), .. Continuation([])], []);
        }

        if (NearestTo(preimage, kind.Name, graph.LabelOf(stage), store) is not { } nearest)
        {
            return new Explanation(null, ["never ran", .. Continuation([])], []);
        }

        var differences = PreimageDifference.Between(nearest.Preimage, preimage.Fields);
        return new Explanation(nearest, [.. ReasonsOf(differences), .. Continuation(differences)], differences);

        string[] Continuation(IReadOnlyList<PreimageDifference> differences) =>
            kind.Continuation(work.Inputs, preimage, workspace.WorkOf(preimage.Key), differences, store) is { } text ? [text] : [];
    }

    private static string WhyNot(StageRecord record, StageStore store)
    {
        var missing = store.MissingBlobs(record);
        return missing.Count == 0 ? store.DoubtOf(record.Key)?.ToString() ?? "another computes it"
            : missing.Any(name => store.WasDamaged(record.Outputs[name].Digest))
            ? $"its output was damaged, and is in quarantine: {string.Join(", ", missing)}"
            : $"its output is missing from the store: {string.Join(", ", missing)}";
    }

    private static IEnumerable<string> ReasonsOf(IReadOnlyList<PreimageDifference> differences)
    {
        PreimageDifference[] causes = [.. differences.Where(d => !d.IsOtherUse)];
        return (causes.Length > 0 ? causes : differences).Select(d => d.ToString());
    }

    /// <summary>
    /// The newest run of the same label or, when there is none, the one of the newest twenty of the kind with
    /// the same fields and the fewest differences.
    /// </summary>
    private static StageRecord? NearestTo(Preimage preimage, string kind, string label, StageStore store) =>
        store.NewestOfLabel(kind, label, 1).FirstOrDefault()
        ?? store.NewestOfKind(kind, KindsLookedAt)
            .Where(r => r.Preimage.Select(f => f.Path).SequenceEqual(preimage.Fields.Select(f => f.Path)))
            .MinBy(r => PreimageDifference.Between(r.Preimage, preimage.Fields).Count);
}
