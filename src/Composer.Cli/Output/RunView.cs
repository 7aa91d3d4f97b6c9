using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Core.Text;
using Composer.Pipeline.Graph;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Cli.Output;

/// <summary>A run in a list, or beside another: what it was asked for and what came of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Experiment">What was run.</param>
/// <param name="Profile">Null when there was none.</param>
/// <param name="Settings">Values that the command line set.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended; null as long as it has no exit code.</param>
/// <param name="ExitCode">Null while it runs, or when it was killed.</param>
/// <param name="Pinned">Kept, however old it grows.</param>
/// <param name="Seconds">How long it took, or has taken so far; null when nobody knows.</param>
/// <param name="Result">done, failed, cancelled, running, interrupted, or unknown: running on another machine, or killed there.</param>
/// <param name="Stages">How many stages ended in which way; empty until the run has an end.</param>
internal sealed record RunView(
    string Id,
    string Experiment,
    string? Profile,
    IReadOnlyList<string> Settings,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    int? ExitCode,
    bool Pinned,
    double? Seconds,
    string Result,
    IReadOnlyDictionary<string, int> Stages)
{
    public const string Running = "running";
    public const string Interrupted = "interrupted";

    /// <summary>The order in which the ends of stages are told.</summary>
    private static readonly string[] Statuses =
        [StageStatus.Failed, StageStatus.Ran, StageStatus.Hit, StageStatus.Cancelled, StageStatus.Skipped];

    public static RunView Of(StageStore store, RunRecord run, DateTimeOffset now)
    {
        var result = run.ExitCode switch
        {
            null => store.IsUnderWay(run) switch { true => Running, false => Interrupted, null => "unknown" },
            Core.ExitCode.Done => "done",
            Core.ExitCode.StageFailed => "failed",
            Core.ExitCode.Cancelled => "cancelled",
            var other => string.Create(CultureInfo.InvariantCulture, $"exit {other}"),
        };
        var end = run.Finished ?? (result == Running ? now : null);
        var stages = store.StagesOf(run.Id).GroupBy(s => s.Status).ToDictionary(g => g.Key, g => g.Count());
        return new RunView(
            run.Id,
            run.Experiment,
            run.Profile.Length == 0 ? null : run.Profile,
            run.Settings,
            run.Started,
            run.Finished,
            run.ExitCode,
            run.Pinned,
            end is { } ended ? Math.Max(0, (ended - run.Started).TotalSeconds) : null,
            result,
            stages);
    }

    /// <summary>The experiment, with its profile where there is one.</summary>
    [JsonIgnore]
    public string Name => Profile is null ? Experiment : $"{Experiment} ({Profile})";

    /// <summary>The time that it took, the result, and what became of its stages.</summary>
    [JsonIgnore]
    public string Outcome
    {
        get
        {
            var time = (Seconds, Result) switch
            {
                (null, _) => "",
                ({ } seconds, Running) => $" for {ElapsedText.Of(Math.Round(seconds))}",
                ({ } seconds, _) => $" in {ElapsedText.Of(seconds)}",
            };
            var stages = Statuses.Where(Stages.ContainsKey).Select(s => string.Create(CultureInfo.InvariantCulture, $"{Stages[s]} {Plural(s)}"));
            return string.Join(", ", stages.Prepend(Result + time));
        }
    }

    /// <summary>One line, with columns of these widths.</summary>
    public string Line(int id, int name) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Id.PadRight(id)}  {Name.PadRight(name)}  {Started:yyyy-MM-dd HH:mm} UTC  {Outcome}"
        + $"{string.Concat(Settings.Select(s => $"  --set {s}"))}{(Pinned ? "  pinned" : "")}");

    private string Plural(string status) => status == StageStatus.Hit && Stages[status] != 1 ? "hits" : status;
}
