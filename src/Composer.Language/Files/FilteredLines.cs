namespace Composer.Language.Files;

/// <summary>A stream without the lines that a test refuses; what parts them is LF.</summary>
/// <remarks>Holds a piece and the line that it cuts. Forward only; not thread-safe.</remarks>
/// <param name="bytes">Disposed of with this.</param>
/// <param name="isGood">Given a line without its end, and without a byte-order mark at the file's start.</param>
/// <param name="path">Of the file, for the diagnostic.</param>
internal sealed class FilteredLines(Stream bytes, FilteredLines.LineTest isGood, string path) : ReadOnlyStream
{
    private const int PieceBytes = 1 << 18;

    private byte[] buffer = new byte[2 * PieceBytes];
    private int given;
    private int good;
    private int rest;
    private int filled;
    private int number;

    /// <summary>Whether a line stays.</summary>
    /// <param name="line">The line.</param>
    /// <param name="instead">What stands for a line that does not: nothing, or its own bytes that part documents.</param>
    public delegate bool LineTest(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> instead);

    /// <summary>Lines left out so far.</summary>
    public long Skipped { get; private set; }

    /// <exception cref="Core.Diagnostics.UserInputException">A line is too long to be held.</exception>
    public override int Read(Span<byte> destination)
    {
        while (given == good)
        {
            if (destination.IsEmpty || !Advance())
            {
                return 0;
            }
        }

        var count = Math.Min(destination.Length, good - given);
        buffer.AsSpan(given, count).CopyTo(destination);
        given += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads a piece and moves the good lines of it together: they are before <see cref="good"/>, a cut one from
    /// <see cref="rest"/> on.</summary>
    private bool Advance()
    {
        buffer.AsSpan(rest, filled - rest).CopyTo(buffer);
        (given, good, rest, filled) = (0, 0, 0, filled - rest);
        if (buffer.Length - filled < PieceBytes)
        {
            Array.Resize(ref buffer, filled < Utf8Lines.LongestLineBytes
                ? 2 * buffer.Length
                : throw LanguageMistake.LineTooLong(path, number + 1, Utf8Lines.LongestLineBytes));
        }

        var searched = filled;
        var read = bytes.ReadAtLeast(buffer.AsSpan(filled, PieceBytes), PieceBytes, throwOnEndOfStream: false);
        filled += read;
        for (var end = buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n'); end >= 0;)
        {
            Take(searched + end + 1);
            searched = rest;
            end = buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n');
        }

        if (read == 0 && rest < filled)
        {
            Take(filled);
        }

        return read > 0 || good > 0;
    }

    private void Take(int end)
    {
        var line = buffer.AsSpan(rest, end - rest);
        number++;
        var text = line is [.., (byte)'\r', (byte)'\n'] ? line[..^2] : line is [.., (byte)'\n'] ? line[..^1] : line;
        if (isGood(number == 1 && text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? text[3..] : text, out var instead))
        {
            line.CopyTo(buffer.AsSpan(good));
            good += line.Length;
        }
        else
        {
            instead.CopyTo(buffer.AsSpan(good));
            good += instead.Length;
            Skipped++;
        }

        rest = end;
    }
}
