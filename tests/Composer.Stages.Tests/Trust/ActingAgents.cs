using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Tests.Trust;

/// <summary>One agent in this process, which computes what it is given for real; somebody acts while it does.</summary>
/// <param name="kinds">Every kind.</param>
/// <param name="happened">Called in the middle of computations.</param>
internal sealed class ActingAgents(JobKinds kinds, Action happened) : IAgentPool
{
    /// <summary>Agents have one job at a time; what they prepare once is theirs.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    public int Cores => 1;

    public int Gpus => 0;

    public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        await Turn.WaitAsync(cancellation);
        try
        {
            Directory.CreateDirectory(job.Folder);
            return await Task.Run(() => new JobExecution(kinds).Run(job, Tell, cancellation), CancellationToken.None);
        }
        catch (UserInputException e)
        {
            return new JobResult { Failure = e.Message, FailsAlike = true };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return new JobResult { Failure = e.Message };
        }
        finally
        {
            Turn.Release();
        }

        void Tell(JobEvent e)
        {
            if (e.Progress is not null)
            {
                happened();
            }

            events(e);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
