using System.Globalization;
using Composer.Core.Text;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Live;

/// <summary>What a run has done, does and lacks, at one moment.</summary>
/// <param name="run">Its id.</param>
/// <param name="began">When it began.</param>
/// <param name="now">When the page is written.</param>
/// <param name="stages">All but the report.</param>
internal sealed class LiveStatus(string run, DateTimeOffset began, DateTimeOffset now, IReadOnlyList<LiveStage> stages) : IPageStatus
{
    /// <summary>Seconds after which a browser reads the page again.</summary>
    public const int RefreshSeconds = 20;

    /// <summary>Seconds without a new page after which nobody can be writing it.</summary>
    public const int MostSilentSeconds = 150;

    /// <summary>How the run ended; null while it goes on.</summary>
    public string? End { get; init; }

    public string Script => End is null ? PageScript.Watching : "";

    public void WriteHead(HtmlWriter html)
    {
        if (End is null)
        {
            html.Empty("meta", ("http-equiv", "refresh"), ("content", Number(RefreshSeconds))).Line();
        }
    }

    public void Write(ReportPage page)
    {
        var html = page.Html;
        using (html.In("section", ("id", "run"), ("class", "run"), ("aria-labelledby", "run-title")))
        {
            html.Element("h2", End is null ? "This run goes on" : "This run has ended", ("id", "run-title")).Line();
            page.Paragraph(InWords());
            if (End is null)
            {
                WriteWatch(html);
            }

            WriteStages(page);
            if (stages.Any(s => s.Began is not null))
            {
                TimelinePlot.Write(page, Rows(), "timeline of this run");
            }
        }

        html.Line();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string InWords()
    {
        var done = stages.Count(s => s.State is LiveState.Ran or LiveState.Hit);
        var parts = new[]
        {
            $"{NumberText.Count(done)} of {NumberText.Count(stages.Count, "stage")} done",
            Counted(LiveState.Hit, "of them were in the store"),
            Counted(LiveState.Computing, "computing"),
            Counted(LiveState.Queued, "queued"),
            Counted(LiveState.Failed, "failed"),
            Counted(LiveState.Skipped, "skipped, since what they read has no result"),
            Counted(LiveState.Cancelled, "stopped"),
        }.Where(p => p.Length > 0);
        return $"Run {run}, begun {NumberText.Instant(began)}{(End is null ? "" : $": {End}")}. {string.Join(", ", parts)}. This page is of "
            + $"{NumberText.Instant(now)}" + (End is null ? "; it is written anew at every finished stage and every half minute, and reads itself again." : ".");
    }

    private string Counted(LiveState state, string words) =>
        stages.Count(s => s.State == state) is > 0 and var count ? $"{NumberText.Count(count)} {words}" : "";

    private void WriteWatch(HtmlWriter html)
    {
        using (html.In(
            "div",
            ("class", "warning"),
            ("id", "stale"),
            ("role", "alert"),
            ("hidden", "hidden"),
            ("data-written", now.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            ("data-most", Number(MostSilentSeconds))))
        using (html.In("p"))
        {
            html.Text($"Nobody has written this page for ").Element("b", "a while")
                .Text(", since " + NumberText.Instant(now) + ": the run was killed, or its machine is asleep or out of reach. ")
                .Element("code", "composer runs").Text(" says which; the same command goes on from what is finished.");
        }

        html.Line();
    }

    private void WriteStages(ReportPage page)
    {
        var html = page.Html;
        HtmlTable.Write(
            html,
            "Stages of this run",
            [new("Stage"), new("State"), TableColumn.Number("Time"), new("Progress, result or reason")],
            () =>
            {
                foreach (var stage in stages)
                {
                    Row(html, () => WriteRow(html, stage), ("class", "state-" + WordOf(stage.State)));
                }
            });
    }

    private void WriteRow(HtmlWriter html, LiveStage stage)
    {
        Head(html, stage.Name);
        using (html.In("td"))
        {
            html.Element("b", WordOf(stage.State), ("class", "state"));
        }

        HtmlTable.Number(html, stage.Began is { } start ? ElapsedText.Of(Math.Max(0, ((stage.Ended ?? now) - start).TotalSeconds)) : NumberText.None);
        using (html.In("td", ("class", "words")))
        {
            if (stage.State == LiveState.Computing && stage.Fraction is { } fraction)
            {
                var percent = (100 * Math.Clamp(fraction, 0, 1)).ToString("0.#", CultureInfo.InvariantCulture);
                using (html.In("span", ("class", "bar progress"), ("role", "img"), ("aria-label", $"{percent} %")))
                {
                    html.Element("i", "", ("style", $"width:{percent}%"));
                }

                html.Text($"{percent} %");
                html.Text(stage.SecondsLeft is { } left ? $", about {ElapsedText.Of(Math.Max(1, Math.Round(left)))} left" : "").Text(". ");
            }

            html.Text(stage.Words);
        }
    }

    private List<TimelineRow> Rows() =>
    [
        .. stages.Select(s => new TimelineRow(
            s.Name,
            ReadyAt(s),
            s.Began ?? s.Ended ?? (s.State == LiveState.Queued ? now : began),
            s.Ended ?? now,
            s.State switch
            {
                LiveState.Computing or LiveState.Queued => TimelineState.Running,
                LiveState.Hit => TimelineState.Hit,
                LiveState.Ran => TimelineState.Ran,
                LiveState.Failed when s.Began is not null => TimelineState.Failed,
                _ => TimelineState.Waiting,
            },
            s.Began is { } start ? ElapsedText.Of(Math.Max(0, ((s.Ended ?? now) - start).TotalSeconds)) : WordOf(s.State))),
    ];

    /// <summary>When all that it reads had ended, and not before the run.</summary>
    private DateTimeOffset ReadyAt(LiveStage stage)
    {
        var ready = stages.Where(s => stage.Inputs.Contains(s.Name)).Select(s => s.Ended).OfType<DateTimeOffset>().Append(began).Max();
        return stage.Began is { } start && start < ready ? start : ready;
    }

    private static string WordOf(LiveState state) => state switch
    {
        LiveState.Waiting => "waits",
        LiveState.Queued => "queued",
        LiveState.Computing => "computes",
        LiveState.Hit => "hit",
        LiveState.Ran => "ran",
        LiveState.Failed => "failed",
        LiveState.Skipped => "skipped",
        _ => "stopped",
    };
}
