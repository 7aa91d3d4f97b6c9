using System.Diagnostics;
using Composer.Testing.Execution;

namespace Composer.MSBuild.Tests;

/// <summary>Calls the real <c>dotnet build</c>.</summary>
internal static class SampleBuild
{
    /// <summary>Builds the project of a folder; the output is both streams.</summary>
    public static (int ExitCode, string Output) Run(string folder, params IEnumerable<string> properties)
    {
        var start = new ProcessStartInfo("dotnet", ["build", folder, "-nologo", "-v:m", "-tl:off", "-nodeReuse:false", .. properties])
        {
            WorkingDirectory = folder,
        };

        // A test host that MSBuild started would otherwise hand its own settings down.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }

        var build = FinishedProcess.Run(start);
        return (build.ExitCode, build.Output + build.Error);
    }
}
