using System.Diagnostics;

namespace Composer.Build.Processes;

/// <summary>A child that is asked something: it has no terminal, and what it prints is the answer.</summary>
internal static class QuietProcess
{
    /// <summary>The exit code and the lines of standard output.</summary>
    public static (int ExitCode, IReadOnlyList<string> Lines) Run(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error.Result;
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
