using System.Diagnostics;

namespace Composer.Testing.Execution;

/// <summary>A process that has ended.</summary>
/// <param name="ExitCode">Of the process.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record FinishedProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Starts one, waits for its end and keeps what it printed.</summary>
    public static FinishedProcess Run(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new FinishedProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>The same; null where there is no such program.</summary>
    public static FinishedProcess? TryRun(string program, params IEnumerable<string> arguments)
    {
        try
        {
            return Run(new ProcessStartInfo(program, arguments));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
