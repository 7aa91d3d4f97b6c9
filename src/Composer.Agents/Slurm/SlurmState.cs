namespace Composer.Agents.Slurm;

/// <summary>What Slurm says of a job, as far as it makes a difference here.</summary>
internal enum SlurmState
{
    /// <summary>It waits, is suspended, or Slurm uses a word that is not known: nothing is to be done.</summary>
    Waiting = 0,

    /// <summary>It runs.</summary>
    Running = 1,

    /// <summary>Its script ended with 0.</summary>
    Completed = 2,

    /// <summary>Its script ended with another code or by a signal.</summary>
    Failed = 3,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled = 4,

    /// <summary>It came to its time limit.</summary>
    TimedOut = 5,

    /// <summary>It took more memory than it asked for.</summary>
    OutOfMemory = 6,

    /// <summary>The cluster took it away: preempted, its node failed or did not boot.</summary>
    TakenAway = 7,
}

/// <summary>A job as a listing shows it.</summary>
/// <param name="Id"><c>17</c>, or <c>17_3</c> of an array.</param>
/// <param name="Comment">What it was submitted with.</param>
/// <param name="State">What that means here.</param>
/// <param name="Word">Slurm's word for it.</param>
/// <param name="Reason">Why it waits or how it ended, in Slurm's words; empty where it does not say.</param>
internal sealed record SlurmSighting(string Id, string Comment, SlurmState State, string Word, string Reason)
{
    /// <summary>Whether it has come to its end.</summary>
    public bool HasEnded => State > SlurmState.Running;

    /// <summary>
    /// Whether the script was ended by signal 9: what the kernel does where memory runs out, and a person by hand. Slurm 22 says of a script
    /// that began and was killed that its launch failed.
    /// </summary>
    public bool WasKilled => Reason.StartsWith("RaisedSignal:9", StringComparison.Ordinal) || Reason == "JobLaunchFailure";

    /// <summary>Of what <c>squeue</c> is asked: every job of a name, its tasks by themselves, as <see cref="ParseListing"/> reads it.</summary>
    public static string[] ListingOf(string name) => ["--states=all", "-r", "-h", "-n", name, "-o", "%i|%k|%T|%r"];

    /// <summary>By what a listing calls each; of one that it has twice, the last.</summary>
    public static Dictionary<string, SlurmSighting> ById(IEnumerable<SlurmSighting> seen) =>
        seen.GroupBy(s => s.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    /// <summary>Reads a line of <c>squeue -o '%i|%k|%T|%r'</c>; null for one that is none.</summary>
    public static SlurmSighting? ParseListing(string line) =>
        line.Split('|') is [{ Length: > 0 } id, var comment, { Length: > 0 } word, .. var reason]
            ? new SlurmSighting(id, comment, StateOf(word), word, NoReason(string.Join('|', reason)))
            : null;

    /// <summary>Reads a line of <c>sacct -X -P -n -o JobID,Comment,State,ExitCode</c>; null for one that is none.</summary>
    public static SlurmSighting? ParseAccounting(string line) =>
        line.Split('|') is [{ Length: > 0 } id, var comment, { Length: > 0 } word, var exit]
            ? new SlurmSighting(id, comment, StateOf(word), word, exit.EndsWith(":9", StringComparison.Ordinal) ? "RaisedSignal:9" : exit)
            : null;

    /// <summary>The meaning of Slurm's word; an accounting says <c>CANCELLED by 1000</c>.</summary>
    public static SlurmState StateOf(string word) => word.Split(' ')[0].TrimEnd('+') switch
    {
        "RUNNING" or "COMPLETING" or "STAGE_OUT" or "SIGNALING" => SlurmState.Running,
        "COMPLETED" => SlurmState.Completed,
        "FAILED" => SlurmState.Failed,
        "CANCELLED" => SlurmState.Cancelled,
        "TIMEOUT" or "DEADLINE" => SlurmState.TimedOut,
        "OUT_OF_MEMORY" => SlurmState.OutOfMemory,
        "PREEMPTED" or "NODE_FAIL" or "BOOT_FAIL" or "REVOKED" or "LAUNCH_FAILED" or "RECONFIG_FAIL" => SlurmState.TakenAway,
        _ => SlurmState.Waiting,
    };

    private static string NoReason(string reason) => reason is "None" or "(null)" ? "" : reason;
}
