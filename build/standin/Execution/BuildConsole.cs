using System.Globalization;
using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>What a build says of itself: a header per target, failures, and the summary in the end.</summary>
internal sealed class BuildConsole
{
    private const int StatusWidth = 10;
    private const int DurationWidth = 10;

    private readonly NukeBuild build;
    private readonly TextWriter output;
    private readonly HashSet<DefaultOutput> disabled;

    public BuildConsole(NukeBuild build, TextWriter output)
    {
        (this.build, this.output) = (build, output);
        disabled = [.. build.GetType().GetCustomAttribute<DisableDefaultOutputAttribute>()?.DisabledOutputs ?? []];
    }

    public void Error(string message) => output.WriteLine($"[ERR] {message}");

    public void WriteTargetHeader(ExecutableTarget target)
    {
        if (!disabled.Contains(DefaultOutput.TargetHeader))
        {
            output.WriteLine();
            output.WriteLine($"╬══ {target.Name}");
            output.WriteLine();
        }
    }

    /// <summary>A failure that the target chose has its message; any other, with the place it came from.</summary>
    public void WriteFailure(ExecutableTarget target, Exception exception)
    {
        var chosen = exception.GetType() == typeof(Exception);
        Error($"{target.Name}: {(chosen ? exception.Message : exception.ToString())}");
    }

    public void WriteTargetOutcome()
    {
        if (disabled.Contains(DefaultOutput.TargetOutcome))
        {
            return;
        }

        var nameWidth = Math.Max(build.ExecutionPlan.Max(target => target.Name.Length) + 4, 19);
        var width = nameWidth + StatusWidth + DurationWidth;
        string Line(string name, string status, string duration) =>
            name.PadRight(nameWidth) + status.PadRight(StatusWidth) + duration.PadLeft(DurationWidth);

        output.WriteLine();
        output.WriteLine(new string('═', width));
        output.WriteLine(Line("Target", "Status", "Duration"));
        output.WriteLine(new string('─', width));
        foreach (var target in build.ExecutionPlan.Where(target => target.Status != ExecutionStatus.Collective))
        {
            var ran = target.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Aborted;
            var line = Line(target.Name, target.Status.ToString(), ran ? Duration(target.Duration) : "");
            output.WriteLine((target.Remark is null ? line : $"{line}   // {target.Remark}").TrimEnd());
        }

        var total = build.ExecutionPlan.Aggregate(TimeSpan.Zero, (sum, target) => sum + target.Duration);
        output.WriteLine(new string('─', width));
        output.WriteLine(Line("Total", "", Duration(total)));
        output.WriteLine(new string('═', width));
    }

    public void WriteBuildOutcome()
    {
        if (!disabled.Contains(DefaultOutput.BuildOutcome))
        {
            output.WriteLine();
            output.WriteLine(build.IsSucceeding ? "Build succeeded." : "Build failed.");
        }
    }

    private static string Duration(TimeSpan duration) => duration < TimeSpan.FromSeconds(1)
        ? "< 1sec"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes}:{duration:ss}");
}
