using System.Text;
using static Composer.Reporting.Plots.SvgFigure;

namespace Composer.Reporting.Plots;

/// <summary>Two axes with a grid; lines, markers and error bars go on it. What lies outside the axes is not drawn.</summary>
internal sealed class XyPlot : IDisposable
{
    /// <summary>Of letters as large as on a phone, in units of the view box.</summary>
    private const double WidestDigit = 9;

    private readonly SvgFigure figure;
    private readonly PlotLayout layout;
    private readonly IAxisScale x;
    private readonly IAxisScale y;

    public XyPlot(ReportPage page, PlotLayout layout, IAxisScale x, IAxisScale y, string title, string description)
    {
        figure = new SvgFigure(page, layout.Width, layout.Height, title, description);
        (this.layout, this.x, this.y) = (layout, x, y);
        using (figure.Html.In("clipPath", ("id", $"{figure.Id}-c")))
        {
            figure.Rectangle(layout.Left, layout.Top, layout.InnerWidth, layout.InnerHeight, "clip");
        }
    }

    /// <summary>Units by which what is drawn from now on lies to the right, so that series at the same value stay apart.</summary>
    public double Shift { get; set; }

    private double Bottom => layout.Height - layout.Bottom;

    private double EndX => layout.Width - layout.Right;

    /// <summary>Grid, ticks and name of the horizontal axis.</summary>
    public XyPlot XAxis(string name, Func<double, string> label, IReadOnlyList<double>? ticks = null)
    {
        var free = double.NegativeInfinity;
        foreach (var tick in ticks ?? x.Ticks(layout.XTicks))
        {
            figure.Line(X(tick), layout.Top, X(tick), Bottom, "grid");
            free = TickLabel(X(tick), label(tick), free);
        }

        figure.Line(layout.Left, Bottom, EndX, Bottom, "axis");
        figure.Label(layout.Left + layout.InnerWidth / 2, layout.Height - 8, name, "name mid");
        return this;
    }

    /// <summary>Grid, ticks and name of the vertical axis, the name above it.</summary>
    public XyPlot YAxis(string name, Func<double, string> label)
    {
        foreach (var tick in y.Ticks(layout.YTicks))
        {
            figure.Line(layout.Left, Y(tick), EndX, Y(tick), "grid");
            figure.Label(layout.Left - 7, Y(tick) + 4, label(tick), "tick end");
        }

        // Level and above the axis: nothing there grows into the ticks where letters are large.
        figure.Label(2, 14, name, "name");
        return this;
    }

    /// <summary>A line through the finite points, broken where one is not finite.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string style, bool stepped = false)
    {
        var data = new StringBuilder();
        var broken = true;
        foreach (var (px, py) in points)
        {
            if (!IsDrawable(px, py))
            {
                broken = true;
                continue;
            }

            data.Append(broken ? $"M{N(X(px))} {N(Y(py))}" : stepped ? $"H{N(X(px))}V{N(Y(py))}" : $"L{N(X(px))} {N(Y(py))}");
            broken = false;
        }

        if (data.Length > 0)
        {
            figure.Path(data.ToString(), style, $"url(#{figure.Id}-c)");
        }
    }

    public void Marker(double px, double py, MarkerShape shape, double radius, string style, string? tooltip = null)
    {
        if (IsDrawable(px, py) && IsInside(x.Map(px)) && IsInside(y.Map(py)))
        {
            SvgFigure.Marker(figure.Html, shape, X(px), Y(py), radius, style, tooltip);
        }
    }

    /// <summary>A horizontal error bar with end caps.</summary>
    public void HorizontalError(double low, double high, double py, string style)
    {
        if (IsDrawable(low, py) && IsDrawable(high, py))
        {
            var (x1, x2, at) = (X(Math.Max(low, x.Lowest)), X(Math.Min(high, x.Highest)), Y(py));
            figure.Path($"M{N(x1)} {N(at)}H{N(x2)}M{N(x1)} {N(at - 4)}v8M{N(x2)} {N(at - 4)}v8", $"error {style}");
        }
    }

    /// <summary>A vertical error bar with end caps.</summary>
    public void VerticalError(double px, double low, double high, string style)
    {
        if (IsDrawable(px, low) && IsDrawable(px, high))
        {
            var (y1, y2, at) = (Y(Math.Max(low, y.Lowest)), Y(Math.Min(high, y.Highest)), X(px));
            figure.Path($"M{N(at)} {N(y1)}V{N(y2)}M{N(at - 4)} {N(y1)}h8M{N(at - 4)} {N(y2)}h8", $"error {style}");
        }
    }

    /// <summary>A line across the plot at one horizontal value, with its name at the top.</summary>
    public void VerticalRule(double px, string name)
    {
        figure.Line(X(px), layout.Top, X(px), Bottom, "rule");
        figure.Label(X(px), layout.Top - 4, name, "note mid");
    }

    /// <summary>Text left of the axis, level with a vertical value.</summary>
    public void RowLabel(double py, string text) => figure.Label(layout.Left - 8, Y(py) + 4, text, "row end");

    /// <summary>A bar from the axis up to a value, with a tooltip.</summary>
    public void Bar(double from, double to, double py, string style, string tooltip)
    {
        if (IsDrawable(from, py) && IsDrawable(to, py))
        {
            using (figure.Html.In("path", ("d", $"M{N(X(from))} {N(Bottom)}V{N(Y(py))}H{N(X(to))}V{N(Bottom)}z"), ("class", style)))
            {
                figure.Html.Element("title", tooltip);
            }
        }
    }

    /// <summary>A band across the plot between two vertical values.</summary>
    public void Band(double low, double high, string style) =>
        figure.Rectangle(layout.Left, Y(high), layout.InnerWidth, Y(low) - Y(high), style);

    public void Dispose() => figure.Dispose();

    private static bool IsInside(double position) => position is >= -1e-9 and <= 1 + 1e-9;

    private bool IsDrawable(double px, double py) => double.IsFinite(x.Map(px)) && double.IsFinite(y.Map(py));

    /// <summary>
    /// A label below a tick; at the ends of the plot beside it, so that it is whole; none where it would touch the one before it.
    /// </summary>
    /// <returns>From where on there is room for the next.</returns>
    private double TickLabel(double at, string text, double free)
    {
        var width = text.Length * WidestDigit;
        var left = Math.Clamp(at - (width / 2), 0, Math.Max(0, layout.Width - width));
        if (left < free)
        {
            return free;
        }

        var (place, style) = left >= layout.Width - width ? (layout.Width - 1, "tick end") : left <= 0 ? (1, "tick") : (at, "tick mid");
        figure.Label(place, Bottom + 22, text, style);
        return left + width + 4;
    }

    private double X(double value) => layout.Left + x.Map(value) * layout.InnerWidth + Shift;

    private double Y(double value) => Bottom - y.Map(value) * layout.InnerHeight;
}
