using System.Globalization;
using System.Text;

namespace Composer.Reporting.Csv;

/// <summary>The exact numbers behind a plot or a table, as comma-separated values (RFC 4180, lines that end in a line feed).</summary>
/// <param name="columns">Their names.</param>
internal sealed class DataTable(params IReadOnlyList<string> columns)
{
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    private readonly List<object?[]> rows = [];

    public IReadOnlyList<string> Columns { get; } = columns;

    public int Rows => rows.Count;

    /// <summary>Adds a row; numbers are written so that they read back the same, what is no finite number is left empty.</summary>
    /// <exception cref="ArgumentException">There are more or fewer cells than columns.</exception>
    public DataTable Add(params ReadOnlySpan<object?> cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException($"{cells.Length} cells in {Columns.Count} columns.", nameof(cells));
        }

        rows.Add(cells.ToArray());
        return this;
    }

    /// <summary>A row for each item.</summary>
    public DataTable AddAll<T>(IEnumerable<T> items, Func<T, object?[]> cells)
    {
        foreach (var item in items)
        {
            Add(cells(item));
        }

        return this;
    }

    /// <summary>Header first.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        Append(text, Columns);
        rows.ForEach(row => Append(text, row.Select(TextOf)));
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(',', cells.Select(c => c.AsSpan().ContainsAny(Quoted) ? $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : c))
            .Append('\n');

    private static string TextOf(object? cell) => cell switch
    {
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => cell?.ToString() ?? "",
    };
}
