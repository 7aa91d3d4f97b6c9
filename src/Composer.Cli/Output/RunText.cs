using System.Globalization;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Core.Text;
using Composer.Pipeline.Progress;

namespace Composer.Cli.Output;

/// <summary>The words for what happens in a run.</summary>
internal static class RunText
{
    public static string Title(RunStarted started) =>
        $"{started.Experiment}{(started.Profile is null ? "" : $" · profile {started.Profile}")} · run "
        + $"{started.Run}{(started.Limits is null ? "" : $" · limits: {started.Limits}")}";

    public static string Retried(StageRetried retried) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{retried.Stage}: failed, is tried again ({retried.Tried} of {retried.Retries})   {retried.Failure}");

    public static string Noticed(StageNoticed noticed) => $"{noticed.Stage}: {noticed.Notice}";

    public static string Finished(StageFinished finished)
    {
        var time = finished.Status == StageStatus.Ran ? $" in {ElapsedText.Of(finished.Seconds)}" : "";
        return $"{finished.Stage}: {finished.Status}{time}{(finished.Summary.Length > 0 ? $"   {finished.Summary}" : "")}";
    }

    /// <summary>What failed, what that kept from running, and what ran all the same.</summary>
    private static string Failed(RunFinished finished, string evaluations)
    {
        var failed = finished.FailedStages.Count > 0 ? $" ({string.Join(", ", finished.FailedStages)})" : "";
        var skipped = finished.SkippedStages.Count > 0
            ? $", {finished.SkippedStages.Count} skipped ({string.Join(", ", finished.SkippedStages)})"
            : "";
        return $"Failed: {finished.Failed} failed{failed}{skipped}, {finished.Ran} ran, {finished.Hits} hits{evaluations}."
            + (finished.Ran > 0 ? " What ran is in the store; the same command computes what is missing." : "");
    }

    public static string Closing(RunFinished finished)
    {
        var evaluations = finished.EvaluationsRan + finished.EvaluationHits > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $" ({finished.EvaluationsRan} evaluations ran, {finished.EvaluationHits} were in the store)")
            : "";
        var what = finished.ExitCode switch
        {
            ExitCode.Done when finished.Ran == 0 => $"Nothing to do: {finished.Hits} of {finished.Hits} stages are in the store.",
            ExitCode.Done => $"Done: {finished.Ran} ran, {finished.Hits} hits{evaluations} in {ElapsedText.Of(finished.Seconds)}.",
            ExitCode.Cancelled => $"Stopped: {finished.Ran} ran, {finished.Hits} hits{evaluations}. The same command goes on from here.",
            _ => Failed(finished, evaluations),
        };
        string[] lines = [what, .. finished.Results, .. finished.Report is { } report ? [$"Report: {report}"] : Array.Empty<string>()];
        return string.Join(Environment.NewLine, lines);
    }
}
