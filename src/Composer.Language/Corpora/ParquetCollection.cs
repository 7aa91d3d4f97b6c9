using System.Text;
using System.Text.Unicode;
using Composer.Language.Files;
using Parquet.Data;

namespace Composer.Language.Corpora;

/// <summary>Parquet files: the column <c>text</c> of each row is a document.</summary>
/// <remarks>Holds one row group's column. Quick in ascending order; not thread-safe.</remarks>
public sealed class ParquetCollection : IDocumentCollection, IDisposable
{
    private const string Column = "text";

    private static readonly Comparer<(int File, int Group, int First, long FirstRow)> ByFirst =
        Comparer<(int File, int Group, int First, long FirstRow)>.Create((a, b) => a.First.CompareTo(b.First));

    private readonly List<(int File, int Group, int First, long FirstRow)> groups = [];
    private readonly IReadOnlyList<string> paths;
    private ParquetTable? table;
    private RawColumnData<ReadOnlyMemory<byte>>? texts;
    private int open = -1;
    private int loaded = -1;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file cannot be read, or has no such column of texts.</exception>
    public ParquetCollection(string name, IReadOnlyList<string> paths)
    {
        (Name, this.paths) = (name, paths);
        for (var file = 0; file < paths.Count; file++)
        {
            using var rows = new ParquetTable(paths[file]);
            if (rows.Find(Column)?.ClrType != typeof(ReadOnlyMemory<byte>))
            {
                throw LanguageMistake.Parquet(
                    paths[file],
                    $"no column '{Column}' of texts",
                    $"Its columns are {string.Join(", ", rows.Columns)}: give the texts' column that name.");
            }

            var first = 0L;
            for (var group = 0; group < rows.RowCounts.Count; group++)
            {
                groups.Add((file, group, Count, first));
                Count = checked(Count + (int)rows.RowCounts[group]);
                first += rows.RowCounts[group];
            }
        }
    }

    public string Name { get; }

    public int Count { get; private set; }

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The row has no text, or one that is no UTF-8.</exception>
    public string Read(int document)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(document);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(document, Count);
        var at = groups.BinarySearch((0, 0, document, 0), ByFirst);
        at = at < 0 ? ~at - 1 : at;
        while (at + 1 < groups.Count && groups[at + 1].First <= document)
        {
            at++;
        }

        Load(at);
        var (_, _, first, firstRow) = groups[at];
        var text = texts!.Values[document - first].Span;
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw table!.NoText(firstRow + document - first, Column, text);
    }

    public void Dispose()
    {
        texts?.Dispose();
        table?.Dispose();
        (texts, table, open, loaded) = (null, null, -1, -1);
    }

    private void Load(int at)
    {
        if (at == loaded)
        {
            return;
        }

        var (file, group, _, firstRow) = groups[at];
        texts?.Dispose();
        (texts, loaded) = (null, -1);
        if (file != open)
        {
            table?.Dispose();
            (table, open) = (null, -1);
            table = new ParquetTable(paths[file]);
            open = file;
        }

        var column = table!.Find(Column)!;
        texts = (RawColumnData<ReadOnlyMemory<byte>>)table.Read(group, column);
        var missing = column.MaxDefinitionLevel == 0 ? -1 : texts.DefinitionLevels.IndexOf(0);
        if (missing >= 0)
        {
            throw table.Wrong(firstRow + missing, Column, "there is no text (null)");
        }

        loaded = at;
    }
}
