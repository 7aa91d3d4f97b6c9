using Composer.Core.Faults;
using Composer.Core.Json;
using Composer.Core.Files;
using Composer.Pipeline.Jobs;

namespace Composer.Agents;

/// <summary>
/// A job's folder while one agent works in it: <c>started</c> first, <c>heartbeat</c> every few seconds,
/// <c>result.json</c> last and whole.
/// </summary>
/// <remarks>
/// Locked against other agents: one whose coordinator was killed may be at its last checkpoint still when the
/// next run hands the same folder to another. The lock goes with the process that holds it.
/// </remarks>
internal sealed class JobFolder : IDisposable
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private static readonly WholeFile ResultWriter = new(
        written: PublishingPoint.JobResultWritten, named: PublishingPoint.JobResultNamed);

    private readonly string path;
    private readonly FileStream turn;
    private readonly ITimer heartbeat;

    private JobFolder(string path, FileStream turn, TimeProvider time)
    {
        (this.path, this.turn) = (path, turn);
        WholeFile.Quick.Write(this[JobFileNames.Started], ComposerJson.Write(new { Process = Environment.ProcessId, At = time.GetUtcNow() }));
        heartbeat = time.CreateTimer(_ => Beat(time), null, HeartbeatInterval, HeartbeatInterval);
    }

    /// <summary>Takes the folder, and makes it when it is not there; waits while another agent has it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static JobFolder Enter(string path, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Directory.CreateDirectory(path);
            var file = Path.Combine(path, JobFileNames.Lock);
            FileStream turn;
            try
            {
                turn = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (File.Exists(file) && !JobFailure.IsOfDisk(e))
            {
                cancellation.WaitHandle.WaitOne(LockPoll);
                continue;
            }

            try
            {
                return new JobFolder(path, turn, time);
            }
            catch
            {
                turn.Dispose();
                throw;
            }
        }
    }

    public void Write(JobResult result) => ResultWriter.Write(this[JobFileNames.Result], ComposerJson.Write(result));

    /// <remarks>A heartbeat under way is waited for: the folder may be removed right after this.</remarks>
    public void Dispose()
    {
        heartbeat.DisposeAsync().AsTask().Wait();
        turn.Dispose();
    }

    private string this[string name] => Path.Combine(path, name);

    private void Beat(TimeProvider time)
    {
        try
        {
            WholeFile.Quick.Write(this[JobFileNames.Heartbeat], ComposerJson.Write(time.GetUtcNow()));
        }
        catch (IOException)
        {
            // A missed beat is no reason to lose the work; a disk that is really full fails the job itself.
        }
    }
}
