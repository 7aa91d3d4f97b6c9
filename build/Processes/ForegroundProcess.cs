using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Composer.Build.Processes;

/// <summary>
/// A child that owns the console while it runs: it reads and writes the terminal itself, so that live
/// progress works, and it answers Ctrl-C; this process waits for it.
/// </summary>
internal static partial class ForegroundProcess
{
    private const int Terminate = 15;

    /// <summary>Runs the program with further arguments to its end and returns its exit code.</summary>
    public static int Run(ProcessStartInfo start, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.UseShellExecute = false;
        Process? child = null;

        // A terminal sends Ctrl-C to the child as well; anything else reaches this process alone.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            if (child is { HasExited: false } && (context.Signal == PosixSignal.SIGTERM || Console.IsInputRedirected))
            {
                SignalTermination(child);
            }
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        child = Process.Start(start)!;
        child.WaitForExit();
        return child.ExitCode;
    }

    private static void SignalTermination(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // A console event reaches every process of the console.
        }

        _ = Kill(process.Id, Terminate);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
