namespace Composer.Pipeline.Jobs;

/// <summary>What lies in a job's folder beside what its computation leaves there.</summary>
public static class JobFileNames
{
    /// <summary>The job's description.</summary>
    public const string Job = "job.json";

    /// <summary>What came of it.</summary>
    public const string Result = "result.json";

    /// <summary>Keeps other agents out.</summary>
    public const string Lock = "lock";

    /// <summary>Who works on it, and since when.</summary>
    public const string Started = "started";

    /// <summary>Written every few seconds.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>How far it has come.</summary>
    public const string Progress = "progress.json";

    /// <summary>The state of the files that are being read, until that is known to be the one that was planned.</summary>
    public const string Reading = "reading";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Job, Result, Lock, Started, Heartbeat, Progress, Reading];
}
