using System.Diagnostics;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Local;

/// <summary>One <c>composer agent -</c> process; runs one job at a time.</summary>
internal sealed class LocalAgent : IDisposable
{
    private readonly Process process;
    private readonly StreamWriter log;

    public LocalAgent(string executable, string devices, string logFile)
    {
        Devices = devices;
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList = { "agent", "-" },
        };
        start.Environment["CUDA_VISIBLE_DEVICES"] = devices;

        // One agent computes on few threads; parallel heaps and a compiler thread a core would only take cores away.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        process = Process.Start(start) ?? throw new IOException($"Cannot start {executable}.");
        process.ErrorDataReceived += (_, e) =>
        {
            lock (log)
            {
                if (e.Data is not null && log.BaseStream.CanWrite)
                {
                    Write(e.Data);
                }
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>The GPUs that it sees, as CUDA_VISIBLE_DEVICES has it; none: its engines compute on the processor.</summary>
    public string Devices { get; }

    public bool IsAlive => !process.HasExited;

    /// <summary>Runs a job to its result; null when the process ended without one.</summary>
    public async Task<JobResult?> RunAsync(string jobFile, Action<JobEvent> events, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(jobFile).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource();
        await using var registration = cancellation.Register(() =>
        {
            Cancel();
            deadline.CancelAfter(patience);
        }).ConfigureAwait(false);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(deadline.Token).ConfigureAwait(false) is { } line)
            {
                var message = ComposerJson.Read<AgentMessage>(System.Text.Encoding.UTF8.GetBytes(line));
                if (message.Event is not null)
                {
                    events(message.Event);
                }

                if (message.Result is not null)
                {
                    return message.Result;
                }
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // It had its time to write a checkpoint; the last one that it wrote stands.
            Kill();
            return new JobResult { Cancelled = true };
        }

        return null;
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
        lock (log)
        {
            try
            {
                log.Dispose();
            }
            catch (IOException)
            {
                // As in Write.
            }
        }
    }

    private void Write(string line)
    {
        try
        {
            log.WriteLine(line);
        }
        catch (IOException)
        {
            // A full disk; the line is lost, the coordinator is not.
        }
    }

    private void Cancel()
    {
        try
        {
            process.StandardInput.WriteLine("cancel");
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It is gone already; the reader sees the end of its output.
        }
    }

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(2));
        }
        catch (InvalidOperationException)
        {
            // It has exited.
        }
    }
}
