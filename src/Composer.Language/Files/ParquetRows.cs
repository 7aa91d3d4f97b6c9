using System.Text.Json;
using System.Text.Unicode;
using Parquet.Data;
using Parquet.Schema;

namespace Composer.Language.Files;

/// <summary>The rows of a Parquet file as JSON objects: numbers, truths, texts, lists of those, and structs of all these.</summary>
internal static class ParquetRows
{
    /// <summary>One UTF-8 JSON object a row; columns of other kinds are left out.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">The file is damaged, or a text is no UTF-8.</exception>
    public static IEnumerable<byte[]> Read(string path)
    {
        using var table = new ParquetTable(path);
        var columns = table.Columns.Select(table.Find).OfType<DataField>().Where(f => f.MaxRepetitionLevel <= 1 && !f.IsArray).ToArray();
        var first = 0L;
        for (var group = 0; group < table.RowCounts.Count; group++)
        {
            var values = Array.ConvertAll(columns, column => ValuesOf(table, group, column, first));
            for (var row = 0; row < table.RowCounts[group]; row++)
            {
                var whole = new SortedDictionary<string, object?>(StringComparer.Ordinal);
                for (var c = 0; c < columns.Length; c++)
                {
                    Put(whole, columns[c], values[c][row]);
                }

                yield return Write(whole);
            }

            first += table.RowCounts[group];
        }
    }

    /// <summary>Puts a value at its column's path; a list's own last two parts are no names of its.</summary>
    private static void Put(SortedDictionary<string, object?> whole, DataField column, object? value)
    {
        var names = column.Path.ToString().Split('/');
        names = column.MaxRepetitionLevel > 0 ? names[..^2] : names;
        foreach (var name in names[..^1])
        {
            if (!whole.TryGetValue(name, out var inner))
            {
                inner = whole[name] = new SortedDictionary<string, object?>(StringComparer.Ordinal);
            }

            whole = (SortedDictionary<string, object?>)inner!;
        }

        whole[names[^1]] = value;
    }

    /// <summary>A value a row, or of lists the row's list; null where there is none.</summary>
    private static List<object?> ValuesOf(ParquetTable table, int group, DataField column, long firstRow)
    {
        using var data = table.Read(group, column);
        var count = data switch
        {
            RawColumnData<ReadOnlyMemory<byte>> d => d.Values.Length,
            RawColumnData<bool> d => d.Values.Length,
            RawColumnData<sbyte> d => d.Values.Length,
            RawColumnData<byte> d => d.Values.Length,
            RawColumnData<short> d => d.Values.Length,
            RawColumnData<ushort> d => d.Values.Length,
            RawColumnData<int> d => d.Values.Length,
            RawColumnData<uint> d => d.Values.Length,
            RawColumnData<long> d => d.Values.Length,
            RawColumnData<ulong> d => d.Values.Length,
            RawColumnData<float> d => d.Values.Length,
            RawColumnData<double> d => d.Values.Length,
            _ => throw table.Wrong(firstRow, column.Path.ToString(), $"values of {column.ClrType.Name} are not read"),
        };
        var levels = column.MaxDefinitionLevel > 0 ? data.DefinitionLevels : default;
        var starts = column.MaxRepetitionLevel > 0 ? data.RepetitionLevels : default;
        var rows = new List<object?>();
        var next = 0;
        for (var i = 0; i < (levels.IsEmpty ? count : levels.Length); i++)
        {
            var isThere = levels.IsEmpty || levels[i] == column.MaxDefinitionLevel;
            var value = isThere ? ValueAt(data, next++) : null;
            if (value is ReadOnlyMemory<byte> text && !Utf8.IsValid(text.Span))
            {
                throw table.NoText(firstRow + rows.Count, column.Path.ToString(), text.Span);
            }

            if (starts.IsEmpty)
            {
                rows.Add(value);
                continue;
            }

            if (starts[i] == 0)
            {
                rows.Add(new List<object?>());
            }

            // Below the last level but one stands no item, but that the list is empty or missing.
            if (levels.IsEmpty || levels[i] >= column.MaxDefinitionLevel - (column.IsNullable ? 1 : 0))
            {
                ((List<object?>)rows[^1]!).Add(value);
            }
        }

        return rows;
    }

    private static object ValueAt(RawColumnData data, int i) => data switch
    {
        RawColumnData<ReadOnlyMemory<byte>> d => (ReadOnlyMemory<byte>)d.Values[i].ToArray(),
        RawColumnData<bool> d => d.Values[i],
        RawColumnData<sbyte> d => (long)d.Values[i],
        RawColumnData<byte> d => (long)d.Values[i],
        RawColumnData<short> d => (long)d.Values[i],
        RawColumnData<ushort> d => (long)d.Values[i],
        RawColumnData<int> d => (long)d.Values[i],
        RawColumnData<uint> d => (long)d.Values[i],
        RawColumnData<long> d => d.Values[i],
        RawColumnData<ulong> d => (double)d.Values[i],
        RawColumnData<float> d => (double)d.Values[i],
        _ => ((RawColumnData<double>)data).Values[i],
    };

    private static byte[] Write(SortedDictionary<string, object?> row)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, row);
        }

        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case SortedDictionary<string, object?> group:
                json.WriteStartObject();
                foreach (var (name, inner) in group)
                {
                    json.WritePropertyName(name);
                    Write(json, inner);
                }

                json.WriteEndObject();
                break;
            case List<object?> list:
                json.WriteStartArray();
                list.ForEach(item => Write(json, item));
                json.WriteEndArray();
                break;
            case ReadOnlyMemory<byte> text:
                json.WriteStringValue(text.Span);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
