using System.Diagnostics;
using System.Globalization;
using Composer.Slurm.Tests.Faults;
using Composer.Testing.Execution;

namespace Composer.Slurm.Tests.Cluster;

/// <summary>
/// A real Slurm of three nodes on this machine alone (<c>build/slurm-cluster.sh</c>), started once for all tests and ended with them; one
/// whose tests were killed is ended by the next.
/// </summary>
public sealed class SlurmCluster : IDisposable
{
    /// <summary>The collection of all tests that use it, one at a time: each may disturb it.</summary>
    public const string Collection = "slurm";

    /// <summary>Its nodes.</summary>
    public static readonly string[] Nodes = ["n1", "n2", "n3"];

    private static readonly string Script = Path.Join(CloneRoot.Path, "build", "slurm-cluster.sh");

    /// <summary>What this machine lacks for one, with the command that brings it; null: nothing.</summary>
    public static string? Lack { get; } = FindLack();

    public SlurmCluster()
    {
        if (Lack is not null)
        {
            Folder = "";
            return;
        }

        CallScript("stop-stale");
        Folder = Directory.CreateTempSubdirectory("composer-slurm-").FullName;
        CallScript("start", Folder, "--owner", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Where its settings, logs and sockets are.</summary>
    public string Folder { get; }

    /// <summary>What the clients need to find it.</summary>
    public Dictionary<string, string> Variables => new() { ["SLURM_CONF"] = Path.Join(Folder, "slurm.conf") };

    /// <summary>Calls one of Slurm's clients as it is; waits for its end.</summary>
    public FinishedProcess TryCall(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return FinishedProcess.Run(start);
    }

    /// <summary>The same; fails with what it printed where it does not end with 0. Gives its output.</summary>
    public string Call(string program, params IEnumerable<string> arguments)
    {
        var call = TryCall(program, arguments);
        Assert.True(call.ExitCode == 0, $"{program} ended with {call.ExitCode}: {call.Output}{call.Error}");
        return call.Output.TrimEnd();
    }

    /// <summary>Has a shell line run as a job; gives its number.</summary>
    public int Submit(string line, params IEnumerable<string> options) =>
        int.Parse(
            Call("sbatch", ["--parsable", "--export=NIL", "--output=/dev/null", .. options, "--wrap", line]), CultureInfo.InvariantCulture);

    /// <summary>One of the script's faults.</summary>
    public void Fault(string what, params IEnumerable<string> which) => CallScript(["fault", Folder, what, .. which]);

    /// <summary>Kills slurmd; what runs there runs on.</summary>
    public void KillDaemon(string node) => Fault("kill-daemon", node);

    /// <summary>Kills slurmd and everything that runs there.</summary>
    public void KillNode(string node) => Fault("kill-node", node);

    /// <summary>Starts slurmd again.</summary>
    public void StartNode(string node) => Fault("start-node", node);

    /// <summary>Ends the controller and starts it again.</summary>
    /// <param name="meanwhile">What happens while there is none.</param>
    /// <param name="crash">By SIGKILL: it forgets what came in the seconds before.</param>
    public void RestartController(Action? meanwhile = null, bool crash = false)
    {
        Fault(crash ? "kill-controller" : "stop-controller");
        meanwhile?.Invoke();
        Fault("start-controller");
    }

    /// <summary>Lets a node take no more jobs.</summary>
    public void Drain(string node) => Call("scontrol", "update", $"NodeName={node}", "State=DRAIN", "Reason=test");

    /// <summary>Declares a node dead: its jobs are lost.</summary>
    public void Down(string node) => Call("scontrol", "update", $"NodeName={node}", "State=DOWN", "Reason=test");

    /// <summary>Lets it take jobs again.</summary>
    public void Resume(string node) => Call("scontrol", "update", $"NodeName={node}", "State=RESUME");

    /// <summary>Cancels a job as people do.</summary>
    public void Cancel(int job) => Call("scancel", job.ToString(CultureInfo.InvariantCulture));

    /// <summary>Every job that the controller remembers, in the order of their numbers.</summary>
    public IReadOnlyList<ClusterJob> Jobs() =>
        [.. Call("squeue", "--states=all", "-r", "-h", "-o", "%A|%i|%j|%k|%T|%r|%N|%P").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(ClusterJob.Parse).OrderBy(j => j.Number)];

    /// <summary>A job's state, such as RUNNING; empty when the controller has forgotten it.</summary>
    public string StateOf(int job) => Jobs().FirstOrDefault(j => j.Number == job)?.State ?? "";

    /// <summary>Waits until something is so; fails with what was waited for.</summary>
    public void WaitUntil(string what, Func<bool> condition, int seconds = 30)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds),
                $"After {seconds} s, still not: {what}\n{TryCall("squeue", "--states=all").Output}{TryCall("sinfo").Output}");
            Thread.Sleep(50);
        }
    }

    /// <summary>As at the start: nothing in the queue, every node idle, the controller there.</summary>
    public void Restore()
    {
        if (Lack is not null)
        {
            return;
        }

        if (TryCall("scontrol", "ping").ExitCode != 0)
        {
            Fault("start-controller");
        }

        TryCall("scancel", "--user", Environment.UserName);
        foreach (var node in Nodes)
        {
            if (!IsThere(node))
            {
                StartNode(node);
            }

            // Twice: what a node that was away still had to end is ended by its being down.
            TryCall("scontrol", "update", $"NodeName={node}", "State=DOWN", "Reason=test");
            TryCall("scontrol", "update", $"NodeName={node}", "State=RESUME");
        }

        WaitUntil("three idle nodes", () => Call("sinfo", "-h", "-N", "-p", "cpu", "-t", "idle", "-o", "%N|%T").Split('\n')
            .Count(l => l.EndsWith("|idle", StringComparison.Ordinal)) == Nodes.Length);
    }

    /// <summary>Ends it with everything that runs there.</summary>
    public void Dispose()
    {
        if (Lack is null)
        {
            CallScript("stop", Folder);
        }
    }

    private bool IsThere(string node)
    {
        var file = Path.Join(Folder, "run", $"{node}.pid");
        return File.Exists(file) && Directory.Exists($"/proc/{File.ReadAllText(file).Trim()}/cwd");
    }

    private static void CallScript(params IEnumerable<string> arguments)
    {
        var call = FinishedProcess.Run(new ProcessStartInfo("bash", [Script, .. arguments]));
        Assert.True(call.ExitCode == 0, $"slurm-cluster.sh {string.Join(' ', arguments)}: {call.Output}{call.Error}");
    }

    private static string? FindLack()
    {
        var lack = FinishedProcess.TryRun("bash", Script, "lacks");
        return lack is null ? "there is no bash" : lack.ExitCode == 0 ? null : lack.Output.Trim();
    }
}

/// <summary>Shares the cluster.</summary>
[CollectionDefinition(SlurmCluster.Collection)]
public sealed class SlurmCollection : ICollectionFixture<SlurmCluster>, ICollectionFixture<FaultTable>;
