using System.Diagnostics;
using System.Globalization;
using Composer.Agents.Local;
using Composer.Cli.Output;
using Composer.Core.Json;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Scheduling;
using Composer.Pipeline;
using Composer.Store;

namespace Composer.Cli.Commands;

/// <summary><c>composer run NAME --check</c>: computes what the store has once more and compares the digests.</summary>
internal static class StageCheck
{
    /// <param name="graph">The experiment.</param>
    /// <param name="wanted">Which of its stages.</param>
    /// <param name="workspace">Whose store is compared with; the work goes to a folder beside it that is gone afterwards.</param>
    /// <param name="store">The store; only read.</param>
    /// <param name="resources">What agents have.</param>
    /// <param name="json">Prints one JSON object instead of lines.</param>
    /// <param name="junit">Where to write a JUnit report, or null.</param>
    public static async Task<int> RunAsync(
        StageGraph graph,
        Func<Stage, bool> wanted,
        Workspace workspace,
        StageStore store,
        MachineResources resources,
        bool json,
        string? junit)
    {
        using var interruption = new Interruption();
        var (began, at) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow());
        RemoveAbandoned(workspace.Checks);
        var place = Directory.CreateDirectory(Path.Combine(workspace.Checks, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        var agents = new LocalAgentPool(Session.Executable, Path.Combine(workspace.Logs, "agents"), resources.Cores, resources.Gpus);
        IReadOnlyList<RecomputedStage> stages;
        await using (agents.ConfigureAwait(false))
        {
            try
            {
                var width = graph.Stages.Where(wanted).Max(s => s.Name.Length);
                var recomputation = new Recomputation(store, agents, new Workspace(workspace.Root, place.FullName), TimeProvider.System);
                stages = await recomputation.CheckAsync(graph, wanted, Told, interruption.Token).ConfigureAwait(false);

                void Told(RecomputedStage stage)
                {
                    if (!json)
                    {
                        Console.WriteLine(CheckText.Line(stage, width));
                    }
                }
            }
            finally
            {
                place.Delete(recursive: true);
            }
        }

        var exitCode = stages.All(s => s.Status == RecomputedStage.Equal) ? ExitCode.Done : ExitCode.StageFailed;
        Console.WriteLine(json
            ? ComposerJson.WriteText(new CheckView(graph.Experiment, graph.Profile, [.. stages.Select(CheckRow.Of)], exitCode))
            : CheckText.Closing(graph.Experiment, stages));
        if (junit is not null)
        {
            new JUnitReport(junit).Write(graph.Experiment, at, stages, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }

        return exitCode;
    }

    /// <summary>Removes what checks that were killed have left.</summary>
    private static void RemoveAbandoned(string checks)
    {
        if (!Directory.Exists(checks))
        {
            return;
        }

        var running = Process.GetProcesses().Select(p => p.Id.ToString(CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var folder in Directory.EnumerateDirectories(checks).Where(f => !running.Contains(Path.GetFileName(f))))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
