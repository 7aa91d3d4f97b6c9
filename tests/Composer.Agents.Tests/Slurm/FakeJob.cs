using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Slurm;

/// <summary>What becomes of a job at the made-up cluster.</summary>
internal enum Fate
{
    Good,

    /// <summary>Its process dies without a word.</summary>
    Killed,

    /// <summary>Its node does, and Slurm sees it.</summary>
    NodeFails,

    /// <summary>Its node does, and Slurm does not see it.</summary>
    FallsSilent,

    /// <summary>It is told to stop, and says so.</summary>
    Preempted,

    /// <summary>It is told that its time is nearly over, and says so.</summary>
    TimesOut,

    /// <summary>Its time is over before it says anything.</summary>
    TimesOutAtOnce,

    /// <summary>Its script fails before the runner.</summary>
    CannotBegin,

    OutOfMemory,

    CancelledByHand,

    /// <summary>Slurm forgets it, and it runs on.</summary>
    Forgotten,

    /// <summary>What it leaves is seen a while later.</summary>
    Late,
}

/// <summary>A job of the made-up cluster, and the node that runs it: it writes what a runner writes.</summary>
internal sealed class FakeJob(string id, string comment, string attemptPath, Fate fate, bool isSecret)
{
    private const int SecondsOfUnit = 7;
    private const int LateFor = 25;

    private readonly List<(int At, Action Show)> hidden = [];
    private AttemptFolder? attempt;
    private Job? job;
    private int age;
    private int begunAt;
    private int units;
    private bool isDead;

    public string Id { get; } = id;

    public string Comment { get; } = comment;

    /// <summary>Whether its submission was said to have failed, and had not been made for long.</summary>
    public bool IsSecret { get; } = isSecret;

    public Fate Fate { get; } = fate;

    public string Word { get; private set; } = "PENDING";

    public string Reason { get; private set; } = "Resources";

    public bool IsKnown { get; private set; } = true;

    public bool IsAlive => Word is "PENDING" or "RUNNING";

    /// <summary>The units that it computed.</summary>
    public List<Digest> Computed { get; } = [];

    public string AttemptPath { get; } = attemptPath;

    public void Run()
    {
        if (Word == "PENDING")
        {
            (Word, Reason) = ("RUNNING", "None");
        }
    }

    public void Cancel()
    {
        if (IsAlive)
        {
            if (attempt is not null && !isDead)
            {
                Stop("SIGTERM", "CANCELLED");
            }

            End("CANCELLED", "None");
        }
    }

    /// <summary>A second passes.</summary>
    public void Tick()
    {
        age++;
        foreach (var (_, show) in hidden.Where(h => h.At <= age).ToArray())
        {
            show();
        }

        hidden.RemoveAll(h => h.At <= age);
        if (Word != "RUNNING" || isDead)
        {
            return;
        }

        if (attempt is null)
        {
            Begin();
        }
        else
        {
            Work();
        }
    }

    private void Begin()
    {
        var folder = AttemptFolder.At(AttemptPath);
        if (Fate == Fate.CannotBegin || folder.IsGivenUp || File.Exists(folder.StartedFile))
        {
            End("FAILED", "NonZeroExitCode");
            return;
        }

        (attempt, begunAt) = (folder, age);
        job = ComposerJson.Read<Job>(File.ReadAllBytes(folder.JobFile));
        IsKnown = Fate != Fate.Forgotten;
        File.WriteAllBytes(folder.StartedFile, ComposerJson.Write(new AttemptStart("node", 1, Id, null, DateTimeOffset.UnixEpoch)));
    }

    private void Work()
    {
        var working = age - begunAt;
        if (working % 5 == 0)
        {
            File.WriteAllBytes(attempt!.HeartbeatFile, ComposerJson.Write(new AttemptHeartbeat(working, DateTimeOffset.UnixEpoch)));
            if (attempt.IsGivenUp)
            {
                Stop("a later attempt", "FAILED");
                return;
            }
        }

        if (working % SecondsOfUnit != 0)
        {
            return;
        }

        var isLast = units == job!.Units.Count - 1;
        if (isLast && Meet())
        {
            return;
        }

        Finish(job.Units[units++]);
        if (isLast)
        {
            Leave(new JobResult(), null);
            End("COMPLETED", "None");
        }
    }

    /// <summary>What is to happen happens before the last unit is finished.</summary>
    private bool Meet()
    {
        switch (Fate)
        {
            case Fate.Killed:
                End("FAILED", "RaisedSignal:9(Killed)");
                return true;
            case Fate.NodeFails:
                End("NODE_FAIL", "NodeDown");
                return true;
            case Fate.FallsSilent:
                isDead = true;
                return true;
            case Fate.Preempted:
                Stop("SIGTERM", "PREEMPTED");
                return true;
            case Fate.TimesOut:
                Stop(AttemptRunner.BeforeTimeLimit, "TIMEOUT");
                return true;
            case Fate.TimesOutAtOnce:
                End("TIMEOUT", "TimeLimit");
                return true;
            case Fate.OutOfMemory:
                End("OUT_OF_MEMORY", "OutOfMemory");
                return true;
            case Fate.CancelledByHand:
                End("CANCELLED", "None");
                return true;
            default:
                return false;
        }
    }

    private void Stop(string signal, string word)
    {
        Leave(new JobResult { Cancelled = true }, signal);
        End(word, "None");
    }

    private void Finish(JobUnit unit)
    {
        Computed.Add(unit.Key);
        var file = $"{unit.Key}-out";
        byte[] content = [.. unit.Key.ToString().Select(c => (byte)c)];
        Show(() => File.WriteAllBytes(Path.Combine(job!.Folder, file), content));
        var happened = new JobEvent(Finished: new UnitResult(
            unit.Key, new Dictionary<string, string> { ["out"] = file }, new Dictionary<string, string>(), 1));
        using var events = new FileStream(attempt!.EventsFile, FileMode.Append);
        events.Write(ComposerJson.Write(new AttemptEvent(happened, new Dictionary<string, Digest> { [file] = Digest.Of(content) })));
        events.WriteByte((byte)'\n');
    }

    private void Leave(JobResult result, string? signal)
    {
        var length = File.Exists(attempt!.EventsFile) ? new FileInfo(attempt.EventsFile).Length : 0;
        File.WriteAllBytes(attempt.ResultFile, ComposerJson.Write(new AttemptResult(result, signal, length)));
    }

    private void Show(Action show)
    {
        if (Fate == Fate.Late)
        {
            hidden.Add((age + LateFor, show));
        }
        else
        {
            show();
        }
    }

    private void End(string word, string reason)
    {
        (Word, Reason) = (word, reason);
        isDead = true;
    }
}
