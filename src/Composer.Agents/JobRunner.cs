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
            result = execution.Run(job, tell, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            result = new JobResult { Cancelled = true };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever goes wrong in a computation is the job's result; the agent goes on.
            Console.Error.WriteLine(e);
            result = new JobResult
            {
                Failure = JobFailure.Describe(e, job.Folder),
                FailsAlike = e is UserInputException or EngineUnavailableException,
            };
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
}
