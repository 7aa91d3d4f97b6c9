namespace Composer.Pipeline.Jobs;

/// <summary>Computes jobs, in the process of the agent.</summary>
public static class JobExecution
{
    /// <summary>Computes a job and leaves its outputs in its folder.</summary>
    /// <param name="job">The work.</param>
    /// <param name="tell">Told how far it has come; called on this thread.</param>
    /// <param name="cancellation">Stops at the next step; long jobs write a checkpoint first.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static JobResult Run(Job job, Action<JobEvent> tell, CancellationToken cancellation) => job switch
    {
        EvaluateJob evaluate => EvaluateExecution.Run(evaluate, tell, cancellation),
        PretrainJob pretrain => PretrainExecution.Run(pretrain, tell, cancellation),
        LmEvalJob evaluate => LmEvalExecution.Run(evaluate, tell, cancellation),
        _ => throw new NotSupportedException($"No agent knows the job {job.GetType().Name}."),
    };
}
