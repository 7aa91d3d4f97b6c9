using System.ComponentModel;
using System.Diagnostics;

namespace Composer.Language.Evaluation.Harness;

/// <summary>The lines of a task's file; a <c>.zst</c> is read through <c>zstd -dc</c>.</summary>
internal static class TaskLines
{
    public const string Compressed = ".zst";

    /// <summary>Lines that are not blank, with their numbers from 1.</summary>
    public static IEnumerable<(int Line, string Text)> Read(string path)
    {
        var line = 0;
        foreach (var text in path.EndsWith(Compressed, StringComparison.Ordinal) ? ReadCompressed(path) : File.ReadLines(path))
        {
            line++;
            if (text.AsSpan().Trim().Length > 0)
            {
                yield return (line, text);
            }
        }
    }

    private static IEnumerable<string> ReadCompressed(string path)
    {
        using var process = Start(path);
        var complete = false;
        try
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                yield return line;
            }

            complete = true;
        }
        finally
        {
            if (!complete)
            {
                process.Kill(); // The reader has enough.
            }
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidDataException($"'zstd -dc {path}' ended with exit code {process.ExitCode}.");
        }
    }

    private static Process Start(string path)
    {
        var start = new ProcessStartInfo("zstd") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-dcq");
        start.ArgumentList.Add(path);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw LanguageMistake.FileMissing("zstd", $"Install zstd to read '{path}', or unpack it.");
        }
    }
}
