namespace Composer.Reporting.Html;

/// <summary>Tables that scroll inside their own box, with a caption and headers that name their scope.</summary>
internal static class HtmlTable
{
    /// <summary>Writes the frame and calls for the rows.</summary>
    /// <param name="html">Where it goes.</param>
    /// <param name="caption">What the table shows; read out, and printed small.</param>
    /// <param name="columns">Headers; a second line of a header is smaller.</param>
    /// <param name="rows">Writes the body's rows.</param>
    public static void Write(HtmlWriter html, string caption, IEnumerable<TableColumn> columns, Action rows)
    {
        using (html.In("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)))
        using (html.In("table"))
        {
            html.Element("caption", caption);
            using (html.In("thead"))
            using (html.In("tr"))
            {
                foreach (var column in columns)
                {
                    using (html.In("th", ("scope", "col"), ("class", column.IsNumber ? "n" : null)))
                    {
                        Breakable(html, column.Name);
                        if (column.Note is { } note)
                        {
                            html.Element("small", note);
                        }
                    }
                }
            }

            html.Line();
            using (html.In("tbody"))
            {
                rows();
            }
        }

        html.Line();
    }

    /// <summary>One row; it ends with a line break in the source.</summary>
    public static void Row(HtmlWriter html, Action cells, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (html.In("tr", attributes))
        {
            cells();
        }

        html.Line();
    }

    public static HtmlWriter Head(HtmlWriter html, string text) => html.Element("th", text, ("scope", "row"));

    public static HtmlWriter Cell(HtmlWriter html, string text) => html.Element("td", text);

    public static HtmlWriter Number(HtmlWriter html, string text, string? style = null) =>
        html.Element("td", text, ("class", style is null ? "n" : $"n {style}"));

    /// <summary>A name that may break after its underscores, a notation after its plus signs.</summary>
    public static void Breakable(HtmlWriter html, string name)
    {
        var start = 0;
        for (var i = 0; i < name.Length - 1; i++)
        {
            if (name[i] is '_' or '+')
            {
                html.Text(name[start..(i + 1)]).Empty("wbr");
                start = i + 1;
            }
        }

        html.Text(name[start..]);
    }
}

/// <summary>A column's header.</summary>
internal readonly record struct TableColumn(string Name, string? Note = null, bool IsNumber = false)
{
    public static TableColumn Number(string name, string? note = null) => new(name, note, IsNumber: true);
}
