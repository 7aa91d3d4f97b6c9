using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Graph;

/// <summary>The stages of an experiment, inputs before what reads them.</summary>
public sealed class StageGraph
{
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="profile">The profile that was applied, or null.</param>
    /// <param name="seed">The manifest's seed, for people.</param>
    /// <param name="kinds">Every kind, in order.</param>
    /// <param name="stages">Any order; inputs that are not listed are an error.</param>
    public StageGraph(string experiment, string? profile, ulong seed, JobKinds kinds, IReadOnlyList<Stage> stages)
    {
        (Experiment, Profile, Seed, Kinds) = (experiment, profile, seed, kinds);
        Stages = Sort(stages);
    }

    public string Experiment { get; }

    public string? Profile { get; }

    public ulong Seed { get; }

    /// <summary>Every kind, in order.</summary>
    public JobKinds Kinds { get; }

    /// <summary>Values that the command line set, each <c>path=value</c>; kept with a run, for people.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How often and how long stages are tried.</summary>
    public StageLimits Limits { get; init; } = StageLimits.None;

    /// <summary>Inputs first.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>A stage's label in the store's records.</summary>
    public string LabelOf(Stage stage) => $"{Experiment}/{stage.Name}";

    /// <summary>The graph without the stages that come after a kind, or after a stage of this name.</summary>
    /// <returns>Null when there is neither such a kind nor such a stage.</returns>
    public StageGraph? Until(string kindOrName)
    {
        if (Kinds.Find(kindOrName) is not null)
        {
            var last = Kinds.OrderOf(Kinds.StageOf(kindOrName));
            return WithInputs(Stages.Where(s => Kinds.OrderOf(s.Kind.Name) <= last));
        }

        return Stages.FirstOrDefault(s => s.Name == kindOrName) is { } target ? WithInputs([target]) : null;
    }

    private StageGraph WithInputs(IEnumerable<Stage> targets)
    {
        var wanted = new HashSet<Stage>();
        foreach (var target in targets)
        {
            Collect(target);
        }

        return With(Stages.Where(wanted.Contains));

        void Collect(Stage stage)
        {
            if (wanted.Add(stage))
            {
                foreach (var input in stage.Inputs)
                {
                    Collect(input);
                }
            }
        }
    }

    private StageGraph With(IEnumerable<Stage> stages) => new(Experiment, Profile, Seed, Kinds, [.. stages]) { Limits = Limits, Settings = Settings };

    private static List<Stage> Sort(IReadOnlyList<Stage> stages)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            if (!names.Add(stage.Name))
            {
                throw new ArgumentException($"Two stages are named '{stage.Name}'.", nameof(stages));
            }
        }

        var sorted = new List<Stage>(stages.Count);
        var done = new HashSet<Stage>();
        var path = new List<Stage>();
        var known = stages.ToHashSet();
        foreach (var stage in stages)
        {
            Visit(stage);
        }

        return sorted;

        void Visit(Stage stage)
        {
            if (done.Contains(stage))
            {
                return;
            }

            if (path.Contains(stage))
            {
                throw new ArgumentException($"The stages form a cycle: {string.Join(" → ", path.Append(stage))}.", nameof(stages));
            }

            if (!known.Contains(stage))
            {
                throw new ArgumentException($"The stage '{stage}' is an input but not in the graph.", nameof(stages));
            }

            path.Add(stage);
            foreach (var input in stage.Inputs)
            {
                Visit(input);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(stage);
            sorted.Add(stage);
        }
    }
}
