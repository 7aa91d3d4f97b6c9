using System.Text;
using System.Text.Unicode;
using Composer.Language.Files;
using Parquet.Data;

namespace Composer.Language.Corpora;

/// <summary>Parquet files: one column of each row is a document.</summary>
/// <remarks>Holds one row group's column. Quick in ascending order; not thread-safe.</remarks>
public sealed class ParquetCollection : IDocumentCollection, IDisposable
{
    private static readonly Comparer<(int File, int Group, int First, long FirstRow)> ByFirst =
        Comparer<(int File, int Group, int First, long FirstRow)>.Create((a, b) => a.First.CompareTo(b.First));

    private readonly List<(int File, int Group, int First, long FirstRow)> groups = [];
    private readonly IReadOnlyList<string> paths;
    private readonly DocumentOptions options;
    private ParquetTable? table;
    private int[] good = [];
    private RawColumnData<ReadOnlyMemory<byte>>? texts;
    private int open = -1;
    private int loaded = -1;

    /// <summary>The texts in the column <c>text</c>.</summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file cannot be read, or has no such column of texts.</exception>
    public ParquetCollection(string name, IReadOnlyList<string> paths)
        : this(name, paths, DocumentOptions.Default)
    {
    }

    internal ParquetCollection(string name, IReadOnlyList<string> paths, DocumentOptions options)
    {
        (Name, this.paths, this.options) = (name, paths, options);
        for (var file = 0; file < paths.Count; file++)
        {
            using var rows = new ParquetTable(paths[file]);
            if (rows.Find(Column) is not { MaxRepetitionLevel: 0 } column || column.ClrType != typeof(ReadOnlyMemory<byte>))
            {
                throw LanguageMistake.Parquet(
                    paths[file],
                    $"no column '{Column}' of texts",
                    $"Its columns are {string.Join(", ", rows.Columns)}: name the texts' with 'text_field'.");
            }

            var first = 0L;
            for (var group = 0; group < rows.RowCounts.Count; group++)
            {
                groups.Add((file, group, Count, first));
                var count = options.SkipsBadLines ? CountGood(rows, group, column) : (int)rows.RowCounts[group];
                (Count, Skipped) = (checked(Count + count), Skipped + rows.RowCounts[group] - count);
                first += rows.RowCounts[group];
            }
        }
    }

    public string Name { get; }

    public int Count { get; private set; }

    public long Skipped { get; }

    private string Column => options.TextField;

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
        if (options.SkipsBadLines)
        {
            return Encoding.UTF8.GetString(texts!.Values[good[document - first]].Span);
        }

        var text = texts!.Values[document - first].Span;
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw table!.NoText(firstRow + document - first, Column, text);
    }

    public void Dispose()
    {
        texts?.Dispose();
        table?.Dispose();
        (texts, table, open, loaded) = (null, null, -1, -1);
    }

    private static int CountGood(ParquetTable rows, int group, Parquet.Schema.DataField column)
    {
        using var texts = (RawColumnData<ReadOnlyMemory<byte>>)rows.Read(group, column);
        return Good(texts, column).Count;
    }

    /// <summary>Which of a group's values are text; missing ones are no values.</summary>
    private static List<int> Good(RawColumnData<ReadOnlyMemory<byte>> texts, Parquet.Schema.DataField column)
    {
        var good = new List<int>();
        var count = column.MaxDefinitionLevel == 0 ? texts.Values.Length : texts.DefinitionLevels.Count(column.MaxDefinitionLevel);
        for (var i = 0; i < count; i++)
        {
            if (Utf8.IsValid(texts.Values[i].Span))
            {
                good.Add(i);
            }
        }

        return good;
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
        if (options.SkipsBadLines)
        {
            good = [.. Good(texts, column)];
            loaded = at;
            return;
        }

        var missing = column.MaxDefinitionLevel == 0 ? -1 : texts.DefinitionLevels.IndexOf(0);
        if (missing >= 0)
        {
            throw table.Wrong(firstRow + missing, Column, "there is no text (null)");
        }

        loaded = at;
    }
}
