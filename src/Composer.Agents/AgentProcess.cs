using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents;

/// <summary>
/// <c>composer agent -</c>: takes job files from standard input, one path a line, and says on standard output
/// what happens, one JSON object a line. The line <c>cancel</c>, or the end of the input, stops the job under
/// way; the end of the input ends the process, so that an agent never outlives its coordinator.
/// </summary>
public static class AgentProcess
{
    private const string CancelLine = "cancel";

    /// <summary>How long a job may go on after the coordinator is gone; checkpoints are whole whenever it ends.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Works until the input ends.</summary>
    /// <returns>An exit code: whether any job failed.</returns>
    public static int Serve(JobExecution execution, TextReader input, TextWriter output, TimeProvider time)
    {
        // Ctrl-C reaches the whole process group; the coordinator decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

        using var jobs = new BlockingCollection<(string File, CancellationTokenSource Stop)>();
        var returned = new ManualResetEventSlim();
        var ended = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            // A job can be cancelled from the moment that its line is read, whether or not it has begun.
            CancellationTokenSource? latest = null;
            while (input.ReadLine() is { } line)
            {
                if (line == CancelLine)
                {
                    latest?.Cancel();
                }
                else if (line.Length > 0)
                {
                    latest = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
                    jobs.Add((line, latest));
                }
            }

            ended.Cancel();
            jobs.CompleteAdding();
            if (!returned.Wait(Grace))
            {
                Environment.Exit(Core.ExitCode.Cancelled);
            }
        })
        {
            IsBackground = true,
            Name = "agent input",
        };
        reader.Start();
        var (runner, code) = (new JobRunner(execution, time), Core.ExitCode.Done);
        foreach (var (file, stop) in jobs.GetConsumingEnumerable())
        {
            var result = runner.Run(file, e => Say(output, new AgentMessage(e, null)), stop.Token);
            Say(output, new AgentMessage(null, result));
            code = result.Failure is null ? code : Core.ExitCode.StageFailed;
        }

        returned.Set();
        return code;
    }

    /// <summary>Runs a single job file; its exit code says whether it was done.</summary>
    public static int RunOne(JobExecution execution, string jobFile, TextWriter output, TimeProvider time)
    {
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var result = new JobRunner(execution, time)
            .Run(jobFile, e => Say(output, new AgentMessage(e, null)), cancellation.Token);
        Say(output, new AgentMessage(null, result));
        return result.Cancelled ? Core.ExitCode.Cancelled : result.Failure is null ? Core.ExitCode.Done : Core.ExitCode.StageFailed;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            cancellation.Cancel();
        }
    }

    private static void Say(TextWriter output, AgentMessage message)
    {
        lock (output)
        {
            output.WriteLine(ComposerJson.WriteText(message));
            output.Flush();
        }
    }
}

/// <summary>A line that an agent prints: something that happened, or the result.</summary>
internal sealed record AgentMessage(JobEvent? Event, JobResult? Result);
