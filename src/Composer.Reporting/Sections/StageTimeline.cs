using Composer.Core.Text;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections;

/// <summary>When the stages behind a report were computed, by their records.</summary>
internal static class StageTimeline
{
    /// <summary>A longer rest than this, and than what was computed around it, divides two runs.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    /// <summary>The stages in the order in which they began; those computed before the last rest were hits for what came after.</summary>
    public static IReadOnlyList<TimelineRow> Of(IReadOnlyList<ReportProvenance> stages)
    {
        var began = stages.Select(s => (Stage: s, Start: s.Created - TimeSpan.FromSeconds(s.Seconds))).OrderBy(s => s.Start)
            .ThenBy(s => s.Stage.Created).ToList();
        var last = LastRun([.. began.Select(s => (s.Start, s.Stage.Created))]);
        var ended = stages.GroupBy(s => s.Stage, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Created, StringComparer.Ordinal);
        return [.. began.Select(s => Row(s.Stage, s.Start, last, ended))];
    }

    /// <summary>When the last of the runs began that rests divide.</summary>
    public static DateTimeOffset LastRun(IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> sorted)
    {
        var (run, end) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        foreach (var (start, stageEnd) in sorted)
        {
            if (run == DateTimeOffset.MinValue || start - end > Rest)
            {
                run = start;
            }

            end = stageEnd > end ? stageEnd : end;
        }

        return run;
    }

    private static TimelineRow Row(ReportProvenance stage, DateTimeOffset start, DateTimeOffset last, Dictionary<string, DateTimeOffset> ended)
    {
        if (start < last)
        {
            return new TimelineRow(stage.Stage, start, start, stage.Created, TimelineState.Hit, $"hit, of {NumberText.Minute(stage.Created)}");
        }

        var ready = stage.After.Where(ended.ContainsKey).Select(a => ended[a]).Append(last).Max();
        return new TimelineRow(
            stage.Stage, ready < start ? ready : start, start, stage.Created, TimelineState.Ran, ElapsedText.Of(stage.Seconds));
    }
}
