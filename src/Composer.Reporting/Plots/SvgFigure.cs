using System.Globalization;
using Composer.Reporting.Html;

namespace Composer.Reporting.Plots;

/// <summary>An inline SVG with a title and a description for those who can't see it.</summary>
internal sealed class SvgFigure : IDisposable
{
    private readonly HtmlWriter.ElementScope scope;

    public SvgFigure(ReportPage page, double width, double height, string title, string description)
    {
        Html = page.Html;
        Id = page.NextId("plot");
        scope = Html.In(
            "svg",
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("viewBox", $"0 0 {N(width)} {N(height)}"),
            ("role", "img"),
            ("aria-labelledby", $"{Id}-t {Id}-d"));
        Html.Element("title", title, ("id", $"{Id}-t"));
        Html.Element("desc", description, ("id", $"{Id}-d"));
    }

    public HtmlWriter Html { get; }

    /// <summary>Unique in the page.</summary>
    public string Id { get; }

    /// <summary>A coordinate, to a hundredth.</summary>
    public static string N(double value)
    {
        var text = value.ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    public void Rectangle(double x, double y, double width, double height, string style, string? opacity = null) =>
        Html.Empty(
            "rect", ("x", N(x)), ("y", N(y)), ("width", N(width)), ("height", N(height)), ("class", style), ("fill-opacity", opacity));

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Html.Empty("line", ("x1", N(x1)), ("y1", N(y1)), ("x2", N(x2)), ("y2", N(y2)), ("class", style));

    public void Label(double x, double y, string text, string style) =>
        Html.Element("text", text, ("x", N(x)), ("y", N(y)), ("class", style));

    public void Path(string data, string style, string? clip = null, string? tooltip = null)
    {
        if (tooltip is null)
        {
            Html.Empty("path", ("d", data), ("class", style), ("clip-path", clip));
            return;
        }

        using (Html.In("path", ("d", data), ("class", style), ("clip-path", clip)))
        {
            Html.Element("title", tooltip);
        }
    }

    /// <summary>A marker of about 2r across; with a tooltip when there is something to say.</summary>
    public static void Marker(
        HtmlWriter html, MarkerShape shape, double x, double y, double r, string style, string? tooltip = null)
    {
        var data = shape switch
        {
            MarkerShape.Circle => $"M{N(x - r)} {N(y)}a{N(r)} {N(r)} 0 1 0 {N(2 * r)} 0a{N(r)} {N(r)} 0 1 0 {N(-2 * r)} 0z",
            MarkerShape.Square => $"M{N(x - .9 * r)} {N(y - .9 * r)}h{N(1.8 * r)}v{N(1.8 * r)}h{N(-1.8 * r)}z",
            MarkerShape.Triangle => $"M{N(x)} {N(y - 1.2 * r)}l{N(1.15 * r)} {N(2 * r)}h{N(-2.3 * r)}z",
            MarkerShape.Diamond => $"M{N(x)} {N(y - 1.3 * r)}l{N(1.3 * r)} {N(1.3 * r)}l{N(-1.3 * r)} {N(1.3 * r)}l{N(-1.3 * r)} "
                + $"{N(-1.3 * r)}z",
            MarkerShape.Inverted => $"M{N(x)} {N(y + 1.2 * r)}l{N(1.15 * r)} {N(-2 * r)}h{N(-2.3 * r)}z",
            MarkerShape.Cross => $"M{N(x - r)} {N(y - r)}l{N(2 * r)} {N(2 * r)}M{N(x - r)} {N(y + r)}l{N(2 * r)} {N(-2 * r)}",
            _ => throw new ArgumentOutOfRangeException(nameof(shape)),
        };
        var look = shape == MarkerShape.Cross ? $"mark stroked {style}" : $"mark {style}";
        if (tooltip is null)
        {
            html.Empty("path", ("d", data), ("class", look));
            return;
        }

        using (html.In("path", ("d", data), ("class", look)))
        {
            html.Element("title", tooltip);
        }
    }

    public void Dispose() => scope.Dispose();
}
