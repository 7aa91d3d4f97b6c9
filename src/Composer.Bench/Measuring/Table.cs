using System.Globalization;

namespace Composer.Bench.Measuring;

/// <summary>A column of a <see cref="Table"/>.</summary>
/// <param name="Name">Stands above it.</param>
/// <param name="Width">At least so wide; negative: aligned to the left, as in a format string.</param>
/// <param name="Format">Of its numbers.</param>
internal sealed record Column(string Name, int Width = 0, string? Format = null)
{
    /// <summary>A cell as text, not yet padded; null is empty.</summary>
    public string TextOf(object? cell) => cell switch
    {
        IFormattable value => value.ToString(Format, CultureInfo.InvariantCulture),
        _ => cell?.ToString() ?? "",
    };
}

/// <summary>Prints rows of cells, as text for a terminal or as Markdown for the documentation.</summary>
/// <param name="gap">Between two columns of the text.</param>
/// <param name="columns">From left to right.</param>
internal sealed class Table(string gap, params Column[] columns)
{
    /// <summary>The columns' names.</summary>
    public string[] Head { get; } = [.. columns.Select(column => column.Name)];

    /// <summary>One row by itself, each column at least as wide as it says.</summary>
    public string Line(params object?[] cells) => Join(Texts(cells), [.. columns.Select(column => Math.Abs(column.Width))]);

    /// <summary>Head and rows, columns as wide as their widest cell.</summary>
    public string Text(IEnumerable<object?[]> rows)
    {
        var lines = rows.Select(Texts).Prepend(Head).ToList();
        int[] widths = [.. columns.Select((column, i) => Math.Max(Math.Abs(column.Width), lines.Max(cells => cells[i].Length)))];
        return string.Join(Environment.NewLine, lines.Select(cells => Join(cells, widths)));
    }

    /// <summary>Head, rule and rows.</summary>
    public string Markdown(IEnumerable<object?[]> rows) => string.Join(
        Environment.NewLine,
        ((string[][])[Head, [.. columns.Select(_ => "---")], .. rows.Select(Texts)]).Select(cells => $"| {string.Join(" | ", cells)} |"));

    private string[] Texts(object?[] cells) => [.. cells.Select((cell, i) => columns[i].TextOf(cell))];

    private string Join(string[] cells, int[] widths) => string.Join(
        gap, cells.Select((cell, i) => columns[i].Width < 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd();
}
