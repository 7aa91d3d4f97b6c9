using System.Globalization;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Scheduling;

namespace Composer.Cli.Output;

/// <summary>The words for what came of <c>run --check</c>.</summary>
internal static class CheckText
{
    public static string Line(RecomputedStage stage, int width) =>
        $"  {stage.Name.PadRight(width)}  {stage.Status,-9}  {Detail(stage)}".TrimEnd();

    public static string Detail(RecomputedStage stage)
    {
        var behind = stage.Behind > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $", {stage.Behind - stage.BehindDifferent} of {stage.Behind} results behind it equal")
            : "";
        return stage.Status switch
        {
            RecomputedStage.Equal => string.Create(
                CultureInfo.InvariantCulture,
                $"in {ElapsedText.Of(stage.Seconds)}, {stage.Threads} {(stage.Threads == 1 ? "thread" : "threads")} a job{behind}"),
            RecomputedStage.Different => string.Join(
                "; ",
                stage.Differences.Select(d => $"{d.Name}: {Digest.ShortOf(d.Older)} in the store, {Digest.ShortOf(d.Newer)} now")) + behind,
            RecomputedStage.NotThere => "not in the store: run it first",
            _ => stage.Failure ?? "",
        };
    }

    public static string Closing(string experiment, IReadOnlyList<RecomputedStage> stages)
    {
        var equal = stages.Count(s => s.Status == RecomputedStage.Equal);
        return equal == stages.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{experiment}: all {equal} stages gave the same bits again.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{experiment}: {equal} of {stages.Count} stages gave the same bits again; {Others(stages)}.");
    }

    private static string Others(IReadOnlyList<RecomputedStage> stages) => string.Join(
        ", ",
        stages.Where(s => s.Status != RecomputedStage.Equal).GroupBy(s => s.Status).Select(g => $"{g.Count()} {g.Key}"));
}
