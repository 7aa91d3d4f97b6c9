using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Composer.MSBuild.Processes;

/// <summary>One call of the <c>composer</c> executable, its lines handed over as they come.</summary>
internal sealed partial class ComposerProcess(string executable, string workingDirectory, Action<string> onOutput, Action<string> onError)
{
    // Not SIGINT: a build that a shell started in the background has that ignored, and so have its children.
    private const int Terminate = 15;

    /// <summary>How long a cancelled call may take to stop by itself; it keeps what it finished.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource cancelled = new();

    /// <summary>Runs the call to its end, or until it is cancelled; lines are handed over one at a time.</summary>
    public int Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start");
        process.StandardInput.Close();
        var oneAtATime = new Lock();
        var output = Forward(process.StandardOutput, onOutput, oneAtATime);
        var error = Forward(process.StandardError, onError, oneAtATime);
        using (cancelled.Token.Register(() => Stop(process)))
        {
            process.WaitForExit();
        }

        Task.WaitAll(output, error);
        return process.ExitCode;
    }

    /// <summary>Asks the call to stop, from any thread, before or while it runs.</summary>
    public void Cancel() => cancelled.Cancel();

    private static async Task Forward(StreamReader from, Action<string> to, Lock oneAtATime)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (oneAtATime)
            {
                to(line);
            }
        }
    }

    private static void Stop(Process process)
    {
        if (!OperatingSystem.IsWindows() && Kill(process.Id, Terminate) == 0 && process.WaitForExit(Patience))
        {
            return;
        }

        process.Kill(entireProcessTree: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
