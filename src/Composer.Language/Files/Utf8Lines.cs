namespace Composer.Language.Files;

/// <summary>A text file's lines, which end with LF or CR LF and nothing else; each is held whole, one at a time.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="path">The file.</param>
/// <param name="isGood">Which lines of it there are; null: all.</param>
internal sealed class Utf8Lines(string path, FilteredLines.LineTest? isGood = null) : IDisposable
{
    /// <summary>A text of as many bytes can still be a string.</summary>
    public const int LongestLineBytes = 1 << 29;

    private readonly Utf8Reader reader = new(path, isGood);
    private int position;
    private int length;
    private bool ended;

    /// <summary>Lines left out so far.</summary>
    public long Skipped => reader.Skipped;

    /// <summary>From 1.</summary>
    public int Number { get; private set; }

    /// <summary>Without its end.</summary>
    public ReadOnlySpan<byte> Line => Trim(reader.Text.Slice(position - length, length));

    /// <summary>Where the line begins in the unpacked bytes.</summary>
    public long Start => reader.Start + position - length;

    /// <summary>Whether nothing but spaces, tabs and carriage returns is in the line.</summary>
    public bool IsBlank => !Line.ContainsAnyExcept(" \t\r"u8);

    /// <summary>Goes on to the next line.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It is too long, or no UTF-8.</exception>
    public bool MoveNext()
    {
        var searched = 0;
        while (!ended)
        {
            var rest = reader.Text[position..];
            var end = rest[searched..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                return Take(searched + end + 1);
            }

            searched = rest.Length;
            if (rest.Length > LongestLineBytes)
            {
                throw LanguageMistake.LineTooLong(path, Number + 1, LongestLineBytes);
            }

            ended = !reader.Read(keep: rest.Length);
            position = 0;
        }

        return position < reader.Text.Length && Take(reader.Text.Length - position);
    }

    public void Dispose() => reader.Dispose();

    private bool Take(int count)
    {
        (position, length) = (position + count, count);
        Number++;
        return true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) =>
        line is [.., (byte)'\r', (byte)'\n'] ? line[..^2] : line is [.., (byte)'\n'] ? line[..^1] : line;
}
