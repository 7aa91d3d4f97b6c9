using System.Diagnostics;

namespace Composer.Testing.Execution;

/// <summary>The real <c>composer</c> of the same build, called as people call it.</summary>
public static class ComposerExecutable
{
    /// <summary>Marks the processes of one call, agents too: they inherit the environment.</summary>
    public const string Mark = "COMPOSER_TEST_CALL";

    private static int calls;

    /// <summary>
    /// The tests lie in <c>artifacts/bin/PROJECT/CONFIGURATION</c>, the executable in
    /// <c>artifacts/bin/Composer.Cli/CONFIGURATION</c>.
    /// </summary>
    public static string Path { get; } = Find();

    /// <summary>Calls composer in a folder and waits for its end.</summary>
    public static CompletedCall Run(string folder, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments)
    {
        using var call = Start(folder, environment, arguments);
        return call.WaitForEnd();
    }

    /// <summary>Calls composer in a folder.</summary>
    public static RunningCall Start(string folder, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var mark = $"{Environment.ProcessId}-{Interlocked.Increment(ref calls)}";
        start.Environment[Mark] = mark;

        // Calls are short: code that watches itself to be compiled better costs them a fifth of their time.
        start.Environment["DOTNET_TieredPGO"] = "0";

        // Where the tests themselves run as a workflow, composer would speak to its runner.
        start.Environment.Remove("GITHUB_ACTIONS");
        start.Environment.Remove("GITHUB_STEP_SUMMARY");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new RunningCall(start, mark);
    }

    private static string Find()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = System.IO.Path.Combine(own.Parent!.Parent!.FullName, "Composer.Cli", own.Name, "composer");
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build src/Composer.Cli first: there is no {path}.");
    }
}
