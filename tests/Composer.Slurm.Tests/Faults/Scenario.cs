using System.Collections.Concurrent;
using Composer.Testing.Workspaces;

namespace Composer.Slurm.Tests.Faults;

/// <summary>A part of the tiny experiment, and what it gives on this machine alone when nothing disturbs it.</summary>
/// <param name="Settings">For <c>composer run tiny</c>.</param>
internal sealed record Scenario(params string[] Settings)
{
    /// <summary>Text into tokens, then one model, trained for some seconds with a checkpoint a second.</summary>
    public static readonly Scenario Training = OfTraining(700_000);

    /// <summary>The same for longer than it takes three other jobs to be submitted, also where nothing else is to be done.</summary>
    public static readonly Scenario SteadyTraining = OfTraining(2_000_000);

    /// <summary>The same for longer than it takes Slurm to see that a node has died.</summary>
    public static readonly Scenario LongTraining = OfTraining(4_000_000);

    /// <summary>Sixteen orders, a training each.</summary>
    public static readonly Scenario Search = new("--until", "search", "--set", "search.layers=4");

    private static readonly ConcurrentDictionary<Scenario, IReadOnlyDictionary<string, string>> Known = new();

    /// <summary>Kind and key of each stage and evaluation → digests of its outputs.</summary>
    public IReadOnlyDictionary<string, string> Outputs => Known.GetOrAdd(this, scenario =>
    {
        using var workspace = new ExperimentWorkspace();
        workspace.Run([.. scenario.Settings, "--agent", "local"]).Expect(0);
        return workspace.Outputs();
    });

    public bool Equals(Scenario? other) => other is not null && Settings.SequenceEqual(other.Settings);

    public override int GetHashCode() => string.Join(' ', Settings).GetHashCode(StringComparison.Ordinal);

    private static Scenario OfTraining(int tokens) => new(
        "--until",
        "pretrain/llama",
        "--set",
        $"pretrain.tokens={tokens}",
        "--set",
        "pretrain.checkpoint_seconds=1");
}
