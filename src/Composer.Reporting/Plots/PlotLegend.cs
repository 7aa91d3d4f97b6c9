using Composer.Reporting.Html;

namespace Composer.Reporting.Plots;

/// <summary>Which look is which model.</summary>
internal static class PlotLegend
{
    /// <summary>A list of the models with their markers; a note behind each where there is one.</summary>
    public static void Write(ReportPage page, IEnumerable<string> models, Func<string, string>? note = null) =>
        Write(page.Html, models.Select(m => (m, page.StyleOf(m))), note);

    /// <summary>The same of anything that has a look.</summary>
    public static void Write(HtmlWriter html, IEnumerable<(string Name, SeriesStyle Style)> series, Func<string, string>? note = null)
    {
        using (html.In("ul", ("class", "legend")))
        {
            foreach (var (model, style) in series)
            {
                using (html.In("li"))
                {
                    using (html.In(
                        "svg",
                        ("xmlns", "http://www.w3.org/2000/svg"),
                        ("viewBox", "0 0 30 14"),
                        ("class", "key"),
                        ("aria-hidden", "true")))
                    {
                        html.Empty("path", ("d", "M1 7H29"), ("class", style.LineClass));
                        SvgFigure.Marker(html, style.Marker, 15, 7, 4.5, style.Colour);
                    }

                    html.Text(model);
                    if (note is not null)
                    {
                        html.Text(" ").Element("span", note(model), ("class", "quiet"));
                    }
                }
            }
        }

        html.Line();
    }

    /// <summary>What the primitives' colours are.</summary>
    public static void Primitives(HtmlWriter html, IEnumerable<string> primitives)
    {
        using (html.In("ul", ("class", "legend")))
        {
            foreach (var primitive in primitives)
            {
                using (html.In("li"))
                {
                    LayerBlocks.Write(html, [primitive], primitive);
                    html.Text(Architecture.Primitives.PrimitiveRegistry.Default.All
                        .FirstOrDefault(p => p.Symbol.ToString() == primitive)?.Name ?? "");
                }
            }
        }

        html.Line();
    }
}
