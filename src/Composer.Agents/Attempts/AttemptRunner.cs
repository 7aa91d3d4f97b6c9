using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Language.Pretraining;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Attempts;

/// <summary><c>composer agent --attempt FOLDER</c>: one attempt at a job, where a scheduler runs it.</summary>
/// <remarks>
/// A signal (SIGTERM of a preemption, SIGUSR1 before a time limit, SIGINT) ends it at its next checkpoint; so does a later attempt at
/// the same job, which the coordinator begins when it has given this one up.
/// </remarks>
public sealed class AttemptRunner : IDisposable
{
    /// <summary>The signal that a scheduler is asked to send before it ends a job at its time limit.</summary>
    public const string BeforeTimeLimit = "SIGUSR1";

    /// <summary>The variable by which a runner is told what its scheduler calls its job in a listing.</summary>
    public const string JobVariable = "COMPOSER_JOB";

    private const int SigUser1 = 10;
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private readonly AttemptFolder folder;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource cancellation = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Lock gate = new();
    private FileStream? events;
    private string? signal;
    private long beats;

    private AttemptRunner(AttemptFolder folder, TimeProvider time) => (this.folder, this.time) = (folder, time);

    /// <summary>Runs an attempt to its end.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="execution">What computes, on one process or several.</param>
    /// <param name="kinds">Every kind that there is.</param>
    /// <param name="log">For people: the job's log.</param>
    /// <param name="time">The machine's clock.</param>
    /// <returns>The exit code: whether it was done.</returns>
    public static int Run(string path, JobExecution execution, JobKinds kinds, TextWriter log, TimeProvider time)
    {
        var folder = AttemptFolder.At(path);
        if (!File.Exists(folder.JobFile))
        {
            log.WriteLine($"There is no job in '{folder.FullPath}': is the folder visible from {Environment.MachineName}?");
            return ExitCode.Blocked;
        }

        var job = ComposerJson.Read<Job>(File.ReadAllBytes(folder.JobFile));
        using var runner = new AttemptRunner(folder, time);
        if (folder.IsGivenUp)
        {
            log.WriteLine($"The coordinator has given '{folder.FullPath}' up.");
            return ExitCode.Cancelled;
        }

        if (!runner.TryStart())
        {
            log.WriteLine($"Another job has begun '{folder.FullPath}': {File.ReadAllText(folder.StartedFile)}");
            return ExitCode.Blocked;
        }

        return runner.Run(job, execution, kinds, log);
    }

    public void Dispose()
    {
        signals.ForEach(s => s.Dispose());
        events?.Dispose();
        cancellation.Dispose();
    }

    private int Run(Job job, JobExecution execution, JobKinds kinds, TextWriter log)
    {
        Listen(PosixSignal.SIGTERM, "SIGTERM");
        Listen(PosixSignal.SIGINT, "SIGINT");
        Listen((PosixSignal)SigUser1, BeforeTimeLimit);
        JobResult result;
        var heartbeat = time.CreateTimer(_ => Beat(), null, TimeSpan.Zero, HeartbeatInterval);
        try
        {
            result = JobHardware.WhyNotHere(job, kinds) is { } other
                ? new JobResult { Failure = other, FailsAlike = true }
                : new JobRunner(execution, time).Compute(job, Tell, cancellation.Token);
        }
        finally
        {
            heartbeat.DisposeAsync().AsTask().Wait();
        }

        try
        {
            WholeFile.Durable.Write(folder.ResultFile, ComposerJson.Write(new AttemptResult(result, signal, EventBytes())));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a result the coordinator takes it for dead, and reads the last line of the log.
            log.WriteLine(result.Failure ?? JobFailure.Describe(e, folder.JobFolder));
            return ExitCode.StageFailed;
        }

        log.WriteLine(result.Cancelled ? $"stopped by {signal}" : result.Failure ?? "done");
        return result.Cancelled ? ExitCode.Cancelled : result.Failure is null ? ExitCode.Done : ExitCode.StageFailed;
    }

    private bool TryStart()
    {
        var start = new AttemptStart(
            Environment.MachineName,
            Environment.ProcessId,
            Environment.GetEnvironmentVariable(JobVariable),
            PretrainFiles.NewestStep(folder.JobFolder),
            time.GetUtcNow());
        FileStream started;
        try
        {
            started = new FileStream(folder.StartedFile, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (IOException) when (File.Exists(folder.StartedFile))
        {
            return false;
        }

        using (started)
        {
            started.Write(ComposerJson.Write(start));
            started.Flush(flushToDisk: true);
        }

        events = new FileStream(folder.EventsFile, FileMode.Create, FileAccess.Write, FileShare.Read);
        return true;
    }

    private void Listen(PosixSignal number, string name) => signals.Add(PosixSignalRegistration.Create(number, context =>
    {
        context.Cancel = true;
        Stop(name);
    }));

    private void Stop(string why)
    {
        signal ??= why;
        cancellation.Cancel();
    }

    private void Beat()
    {
        try
        {
            WholeFile.Quick.Write(folder.HeartbeatFile, ComposerJson.Write(new AttemptHeartbeat(++beats, time.GetUtcNow())));
            if (folder.IsGivenUp)
            {
                Stop(folder.IsSuperseded ? "a later attempt" : "its coordinator");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A missed beat is no reason to lose the work; a disk that is really full fails the job itself.
        }
    }

    private long EventBytes()
    {
        lock (gate)
        {
            return events!.Length;
        }
    }

    private void Tell(JobEvent happened)
    {
        var digests = happened.Finished is { } unit
            ? unit.Outputs.Values.Concat(unit.Beside.Values).Distinct(StringComparer.Ordinal)
                .ToDictionary(file => file, file => Digest.OfFile(Path.Combine(folder.JobFolder, file)))
            : null;
        lock (gate)
        {
            events!.Write(ComposerJson.Write(new AttemptEvent(happened, digests)));
            events.WriteByte((byte)'\n');
            events.Flush(flushToDisk: happened.Finished is not null);
        }
    }
}
