namespace Composer.Agents.Slurm;

/// <summary>The cluster, as its client commands show it.</summary>
internal interface ISlurm
{
    /// <summary>Submits a batch script.</summary>
    /// <returns>The number of the job or array.</returns>
    /// <exception cref="SlurmException">It did not, or nobody knows whether it did.</exception>
    Task<string> SubmitAsync(string scriptFile, CancellationToken cancellation);

    /// <summary>The jobs of a name that the controller remembers, also those that ended a while ago.</summary>
    /// <exception cref="SlurmException">It does not answer.</exception>
    Task<IReadOnlyList<SlurmSighting>> ListAsync(string name, CancellationToken cancellation);

    /// <summary>Jobs by their numbers, from the accounting; those that it does not know are missing, and all where there is none.</summary>
    Task<IReadOnlyList<SlurmSighting>> RememberAsync(IReadOnlyList<string> ids, CancellationToken cancellation);

    /// <summary>Cancels jobs; those that ended already are no mistake.</summary>
    /// <exception cref="SlurmException">The controller does not answer.</exception>
    Task CancelAsync(IReadOnlyList<string> ids, CancellationToken cancellation);
}

/// <summary>What a failure of a client command means.</summary>
internal enum SlurmFault
{
    /// <summary>The controller did not answer, or not in time: what was asked may have been done all the same.</summary>
    Unclear = 0,

    /// <summary>It takes no more jobs for now.</summary>
    Full = 1,

    /// <summary>It refuses, and would again.</summary>
    Refused = 2,
}

/// <summary>A client command failed.</summary>
/// <param name="fault">What that means.</param>
/// <param name="message">What Slurm said.</param>
internal sealed class SlurmException(SlurmFault fault, string message) : Exception(message)
{
    public SlurmFault Fault { get; } = fault;
}
