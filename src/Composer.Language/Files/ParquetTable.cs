using System.Globalization;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Composer.Language.Files;

/// <summary>A Parquet file's columns, a row group at a time; texts come as bytes, which only their reader decodes.</summary>
/// <remarks>Holds one column of one row group. Not thread-safe.</remarks>
internal sealed class ParquetTable : IDisposable
{
    private static readonly Type[] Plain =
    [
        typeof(ReadOnlyMemory<byte>), typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(float), typeof(double),
    ];

    private readonly string path;
    private readonly FileStream file;
    private readonly ParquetReader reader;
    private readonly DataField[] columns;

    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be read.</exception>
    public ParquetTable(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            reader = Guarded(() => ParquetReader.CreateAsync(file).GetAwaiter().GetResult());
            columns = [.. new ParquetSchema(reader.Schema.Fields.Select(InBytes).OfType<Field>()).DataFields.Where(IsAsInFile)];
            RowCounts = Guarded(() => reader.RowGroups.Select(group => group.RowCount).ToArray());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Rows of each group.</summary>
    public IReadOnlyList<long> RowCounts { get; }

    /// <summary>The columns' paths, such as <c>choices/text/list/element</c>.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(c => c.Path.ToString())];

    /// <summary>A column's field; null where there is none of this path.</summary>
    public DataField? Find(string column) => columns.FirstOrDefault(c => c.Path.ToString() == column);

    /// <summary>One column of a row group, with its levels: where values are missing or in lists.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">The data is damaged, or packed in a way that is not read.</exception>
    public RawColumnData Read(int group, DataField column) => Guarded(() =>
    {
        using var rows = reader.OpenRowGroupReader(group);
        return rows.ReadRawColumnDataBaseAsync(column, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    });

    /// <summary>The fault of bytes that are no UTF-8, told by row.</summary>
    public Core.Diagnostics.UserInputException NoText(long row, string column, ReadOnlySpan<byte> bytes)
    {
        var place = 0;
        while (System.Text.Rune.DecodeFromUtf8(bytes[place..], out _, out var length) == System.Buffers.OperationStatus.Done && length > 0)
        {
            place += length;
        }

        var fault = Utf8Fault.Of(bytes[place..], atEnd: false);
        return Wrong(row, column, string.Create(CultureInfo.InvariantCulture, $"at byte {place} of it {fault.What}"));
    }

    /// <summary>A mistake in one value.</summary>
    public Core.Diagnostics.UserInputException Wrong(long row, string column, string what) => LanguageMistake.Parquet(
        path, string.Create(CultureInfo.InvariantCulture, $"row {row + 1}, column '{column}': {what}"), "Mend the row, or leave it out.");

    public void Dispose()
    {
        reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        file.Dispose();
    }

    /// <summary>A list or struct that may not be missing has fewer levels than the library lets one say.</summary>
    private bool IsAsInFile(DataField column) => reader.Schema.DataFields.Any(
        f => f.Path.ToString() == column.Path.ToString() && f.MaxDefinitionLevel == column.MaxDefinitionLevel
            && f.MaxRepetitionLevel == column.MaxRepetitionLevel);

    /// <summary>The same field with bytes in place of texts; null for kinds of fields that no reader asks for.</summary>
    private static Field? InBytes(Field field) => field switch
    {
        ListField list => InBytes(list.Item) is { } item ? new ListField(list.Name, item, list.Path.ToString().Split('/')[^1]) : null,
        StructField group => new StructField(group.Name, [.. group.Fields.Select(InBytes).OfType<Field>()]),
        DataField data when data.ClrType == typeof(ReadOnlyMemory<char>) =>
            new DataField(data.Name, typeof(ReadOnlyMemory<byte>), data.IsNullable, data.IsArray),
        DataField data when Plain.Contains(data.ClrType) => new DataField(data.Name, data.ClrType, data.IsNullable, data.IsArray),
        _ => null,
    };

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not (Core.Diagnostics.UserInputException or OutOfMemoryException))
        {
            // The library throws whatever its parts meet in damaged data.
            throw LanguageMistake.Parquet(
                path,
                $"this Parquet file cannot be read ({exception.Message.TrimEnd('.')})",
                "Is it whole? Fetch or write it again.");
        }
    }
}
