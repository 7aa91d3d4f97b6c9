using System.Diagnostics;
using Composer.Core.Diagnostics;
using Composer.Core.Faults;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Training.Models;

namespace Composer.Agents;

/// <summary>Runs one job from its folder, the same wherever the agent is.</summary>
public sealed class JobRunner(JobExecution execution, TimeProvider time)
{
    /// <summary>Computes a job in its folder; whatever goes wrong is its result, and nothing is written about it.</summary>
    public JobResult Compute(Job job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        JobResult result;
        try
        {
            result = execution.Run(job, tell, cancellation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            result = ResultOf(e, job, cancellation);
        }

        return result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    /// <summary>Runs the job that a file describes and leaves the result beside it.</summary>
    public JobResult Run(string jobFile, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var job = ComposerJson.Read<Job>(File.ReadAllBytes(jobFile));
        var began = Stopwatch.GetTimestamp();
        JobResult result;
        JobFolder? folder = null;
        try
        {
            folder = JobFolder.Enter(job.Folder, time, cancellation);
            FaultInjection.Pass(PublishingPoint.JobBegun);
            result = Compute(job, tell, cancellation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            result = ResultOf(e, job, cancellation);
        }

        result = result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
        using (folder)
        {
            try
            {
                folder?.Write(result);
            }
            catch (IOException e) when (result.Failure is not null)
            {
                // The disk that failed the job takes no result either; the coordinator is told all the same.
                Console.Error.WriteLine(e.Message);
            }
            catch (IOException e)
            {
                result = new JobResult { Failure = JobFailure.Describe(e, job.Folder), Seconds = result.Seconds };
            }
        }

        return result;
    }

    private static JobResult ResultOf(Exception failure, Job job, CancellationToken cancellation)
    {
        if (failure is OperationCanceledException && cancellation.IsCancellationRequested)
        {
            return new JobResult { Cancelled = true };
        }

        // Whatever goes wrong in a computation is the job's result; the agent goes on.
        Console.Error.WriteLine(failure);
        return new JobResult
        {
            Failure = JobFailure.Describe(failure, job.Folder),
            FailsAlike = failure is UserInputException or EngineUnavailableException,
        };
    }
}
