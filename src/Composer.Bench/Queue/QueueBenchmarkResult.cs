namespace Composer.Bench.Queue;

/// <summary>How much there is to do, and with what.</summary>
/// <param name="Candidates">Of the search; each a job.</param>
/// <param name="Evaluations">Of each; units of the job.</param>
/// <param name="Nodes">Of the cluster.</param>
/// <param name="JobsOfNode">That a node runs at once.</param>
/// <param name="Queue">Jobs that the coordinator has in the queue at once.</param>
/// <param name="SecondsOfEvaluation">What an evaluation is said to take.</param>
internal sealed record QueueScale(int Candidates, int Evaluations, int Nodes, int JobsOfNode, int Queue, int SecondsOfEvaluation);

/// <summary>What a coordinator needed for it. Its own seconds are real ones, those of the cluster simulated.</summary>
/// <param name="Scale">Of what.</param>
internal sealed record QueueBenchmarkResult(QueueScale Scale)
{
    /// <summary>Evaluations that were published.</summary>
    public required int Units { get; init; }

    /// <summary>Evaluations that nodes were said to compute; more than there are: some were computed twice.</summary>
    public required int ComputedUnits { get; init; }

    /// <summary>By the cluster's clock.</summary>
    public required double SimulatedSeconds { get; init; }

    /// <summary>By the real clock, without what the simulation itself took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of the processors, likewise.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Real seconds from the start until every candidate waited for its turn.</summary>
    public required double FirstSeconds { get; init; }

    /// <summary>The same of the coordinator that came back in the middle.</summary>
    public required double FoundAgainSeconds { get; init; }

    /// <summary>Candidates that were finished by then.</summary>
    public required int FoundAgain { get; init; }

    /// <summary>Real seconds from the last result to the end of the run: what is tidied up.</summary>
    public required double EndSeconds { get; init; }

    /// <summary>Times that the scheduler was asked for its jobs.</summary>
    public required int Listings { get; init; }

    /// <summary>Lines of the longest answer.</summary>
    public required int LongestListing { get; init; }

    /// <summary>Files of attempts that were looked at.</summary>
    public required long FileLooks { get; init; }

    /// <summary>Calls of sbatch.</summary>
    public required int Submissions { get; init; }

    /// <summary>Jobs that came of them, tasks of arrays among them.</summary>
    public required int SubmittedJobs { get; init; }

    /// <summary>The most that waited and ran at once.</summary>
    public required int MostInQueue { get; init; }

    /// <summary>Of the process, with the simulation.</summary>
    public required long PeakManagedBytes { get; init; }

    /// <summary>Of the process, with the simulation.</summary>
    public required long PeakWorkingSetBytes { get; init; }

    /// <summary>Of the store at the end.</summary>
    public required int StoreFiles { get; init; }

    /// <summary>Of the store at the end.</summary>
    public required long StoreBytes { get; init; }

    /// <summary>Of them, the index.</summary>
    public required long IndexBytes { get; init; }

    /// <summary>Scripts and lists of submissions.</summary>
    public required int LogFiles { get; init; }
}
