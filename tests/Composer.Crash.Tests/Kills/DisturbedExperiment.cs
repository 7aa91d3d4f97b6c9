using System.Text.Json.Nodes;
using Composer.Core.Faults;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Crash.Tests.Kills;

/// <summary>
/// One experiment that is killed again and again until it is let run to its end. After each kill everything that
/// was published is noted; in the end it must be there still, byte for byte: a stage that is computed again
/// writes another time into its record.
/// </summary>
internal sealed class DisturbedExperiment(CrashExperiment undisturbed, Toll toll) : IDisposable
{
    private readonly ExperimentWorkspace workspace = new();
    private readonly Dictionary<string, byte[]> published = new(StringComparer.Ordinal);

    private string Records => Path.Combine(workspace.Store, "records");

    private string FaultLog => Path.Combine(workspace.Root, "faults");

    /// <summary>How long the run took that was to be killed.</summary>
    public TimeSpan LastRun { get; private set; }

    /// <summary>Runs with a fault until the process ends, killed or not; whether the fault struck.</summary>
    public bool Strike(string fault)
    {
        File.Delete(FaultLog);
        using var run = workspace.StartRun(
            new Dictionary<string, string> { [FaultInjection.Variable] = fault, [FaultInjection.LogVariable] = FaultLog }, CrashExperiment.Settings);
        var end = run.WaitForEnd();
        var struck = File.Exists(FaultLog);
        if (struck)
        {
            toll.Try(fault.Split(':')[1]);
        }

        Note(end);
        return struck;
    }

    /// <summary>Runs, and kills at a moment; false when the run had ended before.</summary>
    /// <param name="moment">From the start of the process; later when an agent is wanted and there is none yet.</param>
    /// <param name="target">The coordinator, its agents, or both.</param>
    public bool Kill(TimeSpan moment, KillTarget target)
    {
        using var run = workspace.StartRun(CrashExperiment.Settings);
        run.WaitUntil(moment);
        IReadOnlyList<int> agents = [];
        while (target != KillTarget.Coordinator && agents.Count == 0 && !run.HasEnded)
        {
            agents = run.Agents();
        }

        var killed = !run.HasEnded && (target == KillTarget.Coordinator || agents.Count > 0);
        if (killed)
        {
            foreach (var agent in agents)
            {
                RunningCall.Signal(agent, "KILL");
            }

            if (target != KillTarget.Agent)
            {
                run.Signal("KILL");
            }

            toll.Try(target.ToString().ToLowerInvariant());
        }

        var end = run.WaitForEnd();
        LastRun = end.Time;
        Note(end);
        return killed;
    }

    /// <summary>Runs to the end; the result is the undisturbed one's, and nothing is left over.</summary>
    public void Complete()
    {
        var end = workspace.Run(CrashExperiment.Settings).Expect(0);
        Note(end);
        foreach (var (record, content) in published)
        {
            Assert.True(File.ReadAllBytes(record).AsSpan().SequenceEqual(content), $"{record} was computed again.");
        }

        undisturbed.AssertSame(workspace);
        workspace.VerifyStore();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Root, "artifacts", "work")));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(
                Path.Combine(workspace.Root, "artifacts"),
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }),
            f => f.Contains(".writing", StringComparison.Ordinal));
        toll.Completed++;
    }

    public void Dispose() => workspace.Dispose();

    /// <summary>Compares what there is with what was there, and with what the run said.</summary>
    private void Note(CompletedCall run)
    {
        var before = published.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (record, content) in published)
        {
            toll.Recomputed += File.Exists(record) && !File.ReadAllBytes(record).AsSpan().SequenceEqual(content) ? 1 : 0;
            toll.Lost += File.Exists(record) ? 0 : 1;
        }

        if (Directory.Exists(Records))
        {
            foreach (var record in Directory.EnumerateFiles(Records, "*.json", SearchOption.AllDirectories))
            {
                published[record] = File.ReadAllBytes(record);
            }
        }

        toll.Survived += published.Count;
        foreach (var ran in run.Events.Where(e => (string?)e["event"] == "stage-finished" && (string?)e["status"] == "ran"))
        {
            var record = PathOf(ran);
            toll.Lost += published.ContainsKey(record) ? 0 : 1;
            toll.Recomputed += before.Contains(record) ? 1 : 0;
        }

        foreach (var blob in Blobs())
        {
            using var content = File.OpenRead(blob);
            Assert.Equal(Path.GetFileName(blob), Core.Digest.Of(content).ToString());
        }
    }

    private string PathOf(JsonObject finished)
    {
        var key = (string)finished["key"]!;
        return Path.Combine(Records, key[..2], key + ".json");
    }

    private IEnumerable<string> Blobs()
    {
        var blobs = Path.Combine(workspace.Store, "blobs");
        return Directory.Exists(blobs)
            ? Directory.EnumerateFiles(
                blobs, "????????????????????????????????????????????????????????????????", SearchOption.AllDirectories)
            : [];
    }
}

/// <summary>Which processes of a run are killed.</summary>
internal enum KillTarget
{
    Coordinator,
    Agent,
    Both,
}
