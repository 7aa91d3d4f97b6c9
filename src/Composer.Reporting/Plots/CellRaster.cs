
namespace Composer.Reporting.Plots;

/// <summary>A colour and how strong it is, in tenths.</summary>
/// <param name="Style">The class that has the colour; null leaves the cell empty.</param>
/// <param name="Tenths">0 to 10.</param>
internal readonly record struct RasterCell(string? Style, int Tenths);

/// <summary>Rows of coloured cells along a horizontal axis; equal neighbours become one rectangle.</summary>
internal static class CellRaster
{
    /// <param name="page">Where it goes.</param>
    /// <param name="layout">Left for the rows' names, right for their last words.</param>
    /// <param name="rows">The cells of each row, all rows equally many.</param>
    /// <param name="names">One for each row.</param>
    /// <param name="lastWords">One for each row, at its right end.</param>
    /// <param name="columns">What the axis counts, from where on, and how many; cells may be fewer.</param>
    /// <param name="title">For those who can't see it.</param>
    /// <param name="description">For those who can't see it.</param>
    public static void Write(
        ReportPage page,
        PlotLayout layout,
        IReadOnlyList<IReadOnlyList<RasterCell>> rows,
        IReadOnlyList<string> names,
        IReadOnlyList<string> lastWords,
        (string Name, int First, int Count) columns,
        string title,
        string description)
    {
        using var figure = new SvgFigure(page, layout.Width, layout.Height, title, description);
        var height = layout.InnerHeight / rows.Count;
        var gap = height > 6 ? 2 : height > 3 ? 1 : 0;
        var every = Math.Max(1, (int)Math.Ceiling(14 / height));
        for (var r = 0; r < rows.Count; r++)
        {
            var top = layout.Top + r * height;
            WriteRow(figure, layout, rows[r], top, height - gap);
            if (r % every == 0)
            {
                figure.Label(layout.Left - 7, top + (height - gap) / 2 + 4, names[r], "tick end");
                figure.Label(layout.Width - layout.Right + 7, top + (height - gap) / 2 + 4, lastWords[r], "tick");
            }
        }

        var bottom = layout.Height - layout.Bottom;
        var axis = new LinearScale(columns.First - .5, columns.First + columns.Count - .5);
        foreach (var tick in axis.Ticks(layout.XTicks).Where(t => t == Math.Floor(t)))
        {
            var at = layout.Left + axis.Map(tick) * layout.InnerWidth;
            figure.Line(at, bottom, at, bottom + 4, "axis");
            figure.Label(at, bottom + 17, Text.NumberText.Tick(tick), "tick mid");
        }

        figure.Label(layout.Left + layout.InnerWidth / 2, layout.Height - 8, columns.Name, "name mid");
    }

    private static void WriteRow(SvgFigure figure, PlotLayout layout, IReadOnlyList<RasterCell> cells, double top, double height)
    {
        var width = layout.InnerWidth / cells.Count;
        for (var (start, i) = (0, 1); i <= cells.Count; i++)
        {
            if (i < cells.Count && cells[i] == cells[start])
            {
                continue;
            }

            if (cells[start] is { Style: { } style, Tenths: > 0 } cell)
            {
                var opacity = cell.Tenths >= 10 ? null : $".{cell.Tenths}";
                figure.Rectangle(layout.Left + start * width, top, (i - start) * width, height, style, opacity);
            }

            start = i;
        }
    }
}
