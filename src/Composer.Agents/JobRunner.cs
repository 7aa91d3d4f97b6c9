using System.Diagnostics;
using Composer.Pipeline;
using Composer.Pipeline.Jobs;

namespace Composer.Agents;

/// <summary>
/// Runs one job from its folder, the same wherever the agent is: <c>started</c> first, <c>heartbeat</c> while it
/// works, <c>result.json</c> last and whole.
/// </summary>
public static class JobRunner
{
    /// <summary>The job's description in its folder.</summary>
    public const string JobFile = "job.json";

    /// <summary>What came of it.</summary>
    public const string ResultFile = "result.json";

    private const string StartedFile = "started";
    private const string HeartbeatFile = "heartbeat";
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs the job that a file describes and leaves the result beside it.</summary>
    public static JobResult Run(string jobFile, TimeProvider time, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var job = PipelineJson.Read<Job>(File.ReadAllBytes(jobFile));
        Directory.CreateDirectory(job.Folder);
        WriteWhole(job.Folder, StartedFile, PipelineJson.Write(new { Process = Environment.ProcessId, At = time.GetUtcNow() }));
        using var heartbeat = time.CreateTimer(
            _ => WriteWhole(job.Folder, HeartbeatFile, PipelineJson.Write(time.GetUtcNow())),
            null,
            HeartbeatInterval,
            HeartbeatInterval);

        var began = Stopwatch.GetTimestamp();
        JobResult result;
        try
        {
            result = JobExecution.Run(job, tell, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            result = new JobResult { Cancelled = true };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever goes wrong in a computation is the job's result; the agent goes on.
            Console.Error.WriteLine(e);
            result = new JobResult { Failure = e is Core.Diagnostics.UserInputException ? e.Message : $"{e.GetType().Name}: {e.Message}" };
        }

        result = result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
        WriteWhole(job.Folder, ResultFile, PipelineJson.Write(result));
        return result;
    }

    private static void WriteWhole(string folder, string name, byte[] content)
    {
        var temporary = Path.Combine(folder, $".{name}.writing");
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, Path.Combine(folder, name), overwrite: true);
    }
}
