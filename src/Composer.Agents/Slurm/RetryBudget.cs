namespace Composer.Agents.Slurm;

/// <summary>How often a job is submitted again, by why: what the cluster does to it has a budget of its own.</summary>
/// <param name="retries">For what the cluster lost, took away or ended at its time limit.</param>
internal sealed class RetryBudget(int retries)
{
    /// <summary>A node or a set-up that cannot run it is seldom another the fourth time.</summary>
    private const int MostNotBegun = 3;

    /// <summary>As with an agent on this machine.</summary>
    private const int MostDeaths = 2;

    private int lost;
    private int notBegun;
    private int died;

    /// <summary>Counts an end; whether the job may be submitted again.</summary>
    public bool Allows(VerdictKind end) => end switch
    {
        VerdictKind.Lost or VerdictKind.Interrupted => ++lost <= retries,
        VerdictKind.NotBegun => ++notBegun < MostNotBegun && ++lost <= retries,
        VerdictKind.Died => ++died < MostDeaths,
        _ => false,
    };
}
