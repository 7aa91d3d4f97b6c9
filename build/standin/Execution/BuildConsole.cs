using System.Globalization;
using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>What a build says of itself: a header per target, failures, and the summary in the end.</summary>
internal sealed class BuildConsole
{
    private const int StatusWidth = 10;
    private const int DurationWidth = 10;

    private readonly NukeBuild _build;
    private readonly TextWriter _output;
    private readonly HashSet<DefaultOutput> _disabled;

    public BuildConsole(NukeBuild build, TextWriter output)
    {
        _build = build;
        _output = output;
        _disabled = [.. build.GetType().GetCustomAttribute<DisableDefaultOutputAttribute>()?.DisabledOutputs ?? []];
    }

    public void Error(string message) => _output.WriteLine($"[ERR] {message}");

    public void WriteTargetHeader(ExecutableTarget target)
    {
        if (!_disabled.Contains(DefaultOutput.TargetHeader))
        {
            _output.WriteLine();
            _output.WriteLine($"╬══ {target.Name}");
            _output.WriteLine();
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
        if (_disabled.Contains(DefaultOutput.TargetOutcome))
        {
            return;
        }

        var nameWidth = Math.Max(_build.ExecutionPlan.Max(target => target.Name.Length) + 4, 19);
        var width = nameWidth + StatusWidth + DurationWidth;
        string Line(string name, string status, string duration) =>
            name.PadRight(nameWidth) + status.PadRight(StatusWidth) + duration.PadLeft(DurationWidth);

        _output.WriteLine();
        _output.WriteLine(new string('═', width));
        _output.WriteLine(Line("Target", "Status", "Duration"));
        _output.WriteLine(new string('─', width));
        foreach (var target in _build.ExecutionPlan.Where(target => target.Status != ExecutionStatus.Collective))
        {
            var ran = target.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Aborted;
            var line = Line(target.Name, target.Status.ToString(), ran ? Duration(target.Duration) : "");
            _output.WriteLine((target.Remark is null ? line : $"{line}   // {target.Remark}").TrimEnd());
        }

        var total = _build.ExecutionPlan.Aggregate(TimeSpan.Zero, (sum, target) => sum + target.Duration);
        _output.WriteLine(new string('─', width));
        _output.WriteLine(Line("Total", "", Duration(total)));
        _output.WriteLine(new string('═', width));
    }

    public void WriteBuildOutcome()
    {
        if (!_disabled.Contains(DefaultOutput.BuildOutcome))
        {
            _output.WriteLine();
            _output.WriteLine(_build.IsSucceeding ? "Build succeeded." : "Build failed.");
        }
    }

    private static string Duration(TimeSpan duration) => duration < TimeSpan.FromSeconds(1)
        ? "< 1sec"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes}:{duration:ss}");
}
