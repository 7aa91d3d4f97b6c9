using System.Linq.Expressions;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Composer.Build.Tests.Standin;

/// <summary>One run of a sample build: its exit code, what it printed and what it did.</summary>
internal sealed record BuildRun(int ExitCode, string Output, IReadOnlyList<string> Events)
{
    private static readonly Lock One = new();

    public static BuildRun Of<T>(
        string arguments,
        Expression<Func<T, Target>> defaultTarget,
        IReadOnlyDictionary<string, string>? environment = null,
        string? parametersFile = null)
        where T : SampleBuild, new()
    {
        lock (One)
        {
            using var folder = new TemporaryFolder();
            if (parametersFile is not null)
            {
                folder.Write(".nuke/parameters.json", parametersFile);
            }

            SampleBuild.Events.Clear();
            var output = new StringWriter { NewLine = "\n" };
            var invocation = new BuildInvocation(
                arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                environment ?? new Dictionary<string, string>(),
                folder.Path,
                output);
            var exitCode = NukeBuild.Execute(invocation, defaultTarget);
            return new BuildRun(exitCode, output.ToString(), [.. SampleBuild.Events]);
        }
    }
}
