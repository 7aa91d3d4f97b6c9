using Composer.Reporting.Csv;

namespace Composer.Reporting.Plots;

/// <summary>Stages over time: a thin line while one could have begun, a bar while it computed; what was in the store has a dot.</summary>
internal static class TimelinePlot
{
    private const double RowHeight = 34;
    private const double Width = 520;
    private const int LongestName = 40;

    /// <summary>Half of a label such as 500 ms, in letters as large as on a phone.</summary>
    private const double WidestTick = 32;

    /// <param name="page">Where it goes.</param>
    /// <param name="rows">From the first to the last; at least one.</param>
    /// <param name="name">Of the data that can be saved.</param>
    public static void Write(ReportPage page, IReadOnlyList<TimelineRow> rows, string name)
    {
        var drawn = rows.Where(r => r.State is not (TimelineState.Hit or TimelineState.Waiting)).DefaultIfEmpty(rows[0]).ToList();
        var start = drawn.Min(r => r.Queued);
        var seconds = Math.Max(1e-3, drawn.Max(r => (r.End - start).TotalSeconds));
        var layout = new PlotLayout(Width, (RowHeight * rows.Count) + 62) { Left = 14, Right = 14, Top = 6 };
        using (page.Html.In("figure", ("class", "narrow")))
        {
            using (var plot = new SvgFigure(
                page,
                layout.Width,
                layout.Height,
                "Timeline of the stages",
                string.Join("; ", rows.Select(r => $"{r.Name}: {r.Words}"))))
            {
                WriteAxis(plot, layout, new LinearScale(0, seconds));
                for (var i = 0; i < rows.Count; i++)
                {
                    WriteRow(plot, layout, rows[i], layout.Top + (i * RowHeight), At);
                }
            }

            page.Html.Element(
                "figcaption", "Bar: computing. Thin line: all that it reads was there, and it waited for a place. Dot: its result was there.");
            page.Data(
                name,
                new DataTable("stage", "state", "ready", "began", "ended").AddAll(
                    rows, r => [r.Name, r.State.ToString().ToLowerInvariant(), Text(r.Queued), Text(r.Start), Text(r.End)]));
        }

        page.Html.Line();

        double At(DateTimeOffset time) => layout.Left + (Math.Clamp((time - start).TotalSeconds / seconds, 0, 1) * layout.InnerWidth);
    }

    private static void WriteAxis(SvgFigure plot, PlotLayout layout, LinearScale scale)
    {
        var bottom = layout.Height - layout.Bottom;
        foreach (var tick in TimeTicks(scale.Highest))
        {
            var x = layout.Left + (scale.Map(tick) * layout.InnerWidth);
            plot.Line(x, layout.Top, x, bottom, "grid");
            var isLast = x > layout.Width - WidestTick;
            plot.Label(isLast ? layout.Width - 1 : x, bottom + 17, TickText(tick), tick == 0 ? "tick" : isLast ? "tick end" : "tick mid");
        }

        plot.Line(layout.Left, bottom, layout.Width - layout.Right, bottom, "axis");
        plot.Label(layout.Left + (layout.InnerWidth / 2), layout.Height - 8, "since the first of them could begin", "name mid");
    }

    private static void WriteRow(SvgFigure plot, PlotLayout layout, TimelineRow row, double top, Func<DateTimeOffset, double> at)
    {
        plot.Label(
            layout.Left, top + 13, row.Name.Length > LongestName ? "…" + row.Name[^(LongestName - 1)..] : row.Name, "row halo");
        plot.Label(layout.Width - layout.Right, top + 13, row.Words, "tick end halo");
        var middle = top + 23.5;
        switch (row.State)
        {
            case TimelineState.Hit:
                SvgFigure.Marker(plot.Html, MarkerShape.Circle, layout.Left + 4, middle, 4, "s4", row.Words);
                break;
            case TimelineState.Waiting:
                plot.Line(layout.Left, middle, layout.Width - layout.Right, middle, "grid");
                break;
            default:
                plot.Line(at(row.Queued), middle, at(row.Start), middle, "queue");
                var style = row.State switch
                {
                    TimelineState.Running => "span s3",
                    TimelineState.Failed => "span s6",
                    _ => "span s1",
                };
                plot.Rectangle(at(row.Start), middle - 4.5, Math.Max(1.5, at(row.End) - at(row.Start)), 9, style);
                break;
        }
    }

    /// <summary>At most five round times: steps of seconds, minutes, hours or days.</summary>
    public static IReadOnlyList<double> TimeTicks(double seconds)
    {
        double[] steps = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200];
        var step = Array.Find(steps, s => seconds / s <= 5);
        step = step > 0 ? step : 86400 * Math.Ceiling(seconds / 86400 / 5);
        return [.. Enumerable.Range(0, (int)(seconds / step) + 1).Select(i => i * step)];
    }

    private static string TickText(double seconds)
    {
        FormattableString text = seconds switch
        {
            0 => $"0",
            >= 86400 => $"{seconds / 86400:0.#} d",
            >= 3600 => $"{seconds / 3600:0.#} h",
            >= 60 => $"{seconds / 60:0.#} min",
            >= 1 => $"{seconds:0.#} s",
            _ => $"{seconds * 1000:0.#} ms",
        };
        return text.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
