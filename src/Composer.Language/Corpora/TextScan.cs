using System.Text;
using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>Finds the documents of a text file, reading it once or twice and holding a piece at a time.</summary>
/// <remarks>What it finds depends on the bytes alone, not on the pieces that they come in.</remarks>
internal sealed class TextScan
{
    private readonly DocumentIndex index;
    private readonly int longest;
    private long start = -1;
    private long lastLine = -1;
    private bool hasText;

    private TextScan(DocumentIndex index, int longest) => (this.index, this.longest) = (index, longest);

    /// <summary>Adds a file's documents to those of the files before it.</summary>
    /// <param name="path">UTF-8, packed or not.</param>
    /// <param name="separator">What parts documents; in a file without it, blank lines do.</param>
    /// <param name="longest">Bytes after which a document is parted, at the last line's end or else between two characters.</param>
    /// <param name="index">Where they are added.</param>
    /// <param name="isGood">Which lines of it there are; null: all.</param>
    /// <returns>How many lines are left out.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">The file is no UTF-8.</exception>
    public static long AddTo(
        DocumentIndex index, string path, ReadOnlySpan<byte> separator, int longest, FilteredLines.LineTest? isGood = null)
    {
        index.BeginFile();
        if (new TextScan(index, longest).ByBlankLines(path, separator, isGood) is { } skipped)
        {
            return skipped;
        }

        index.RestartFile();
        return new TextScan(index, longest).BySeparator(path, separator, isGood);
    }

    /// <returns>How many lines are left out; null as soon as the separator is found.</returns>
    private long? ByBlankLines(string path, ReadOnlySpan<byte> separator, FilteredLines.LineTest? isGood)
    {
        using var reader = new Utf8Reader(path, isGood);
        var border = new byte[2 * (separator.Length - 1)];
        var (edge, keep, inLine) = (0, 0, false);
        while (reader.Read(keep))
        {
            var text = reader.Text;
            var fresh = text[keep..];
            var more = Math.Min(fresh.Length, separator.Length - 1);
            fresh[..more].CopyTo(border.AsSpan(edge));
            if (fresh.IndexOf(separator) >= 0 || border.AsSpan(0, edge + more).IndexOf(separator) >= 0)
            {
                return null;
            }

            var kept = Math.Min(edge + fresh.Length, separator.Length - 1);
            var tail = fresh.Length >= kept ? fresh[^kept..].ToArray() : [.. border.AsSpan(edge + fresh.Length - kept, kept)];
            tail.CopyTo(border.AsSpan());
            (edge, keep) = (kept, 0);
            for (var position = 0; position < text.Length;)
            {
                var line = text[position..];
                var end = line.IndexOf((byte)'\n');
                line = end < 0 ? line : line[..end];
                var isBlank = !inLine && line is [] or [(byte)'\r'];
                if (isBlank && end < 0)
                {
                    keep = line.Length;
                    break;
                }

                if (isBlank)
                {
                    End(reader.Start + position);
                }
                else
                {
                    Take(text.Slice(position, end < 0 ? line.Length : end + 1), reader.Start + position);
                }

                inLine = end < 0;
                position += end < 0 ? line.Length : end + 1;
            }
        }

        End(reader.Start + reader.Text.Length);
        return reader.Skipped;
    }

    private long BySeparator(string path, ReadOnlySpan<byte> separator, FilteredLines.LineTest? isGood)
    {
        using var reader = new Utf8Reader(path, isGood);
        var keep = 0;
        for (var hasMore = true; hasMore;)
        {
            hasMore = reader.Read(keep);
            var text = reader.Text;
            for (var position = 0; ;)
            {
                var found = text[position..].IndexOf(separator);
                var end = found >= 0 ? position + found : hasMore ? BorderBefore(text, position, separator.Length - 1) : text.Length;
                Take(text[position..end], reader.Start + position);
                if (found < 0)
                {
                    keep = text.Length - end;
                    break;
                }

                End(reader.Start + end);
                position = end + separator.Length;
            }
        }

        End(reader.Start + reader.Text.Length);
        return reader.Skipped;
    }

    /// <summary>The start of a character, some bytes before the end.</summary>
    private static int BorderBefore(ReadOnlySpan<byte> text, int least, int bytes)
    {
        var border = Math.Max(least, text.Length - bytes);
        while (border > least && border < text.Length && (text[border] & 0xC0) == 0x80)
        {
            border--;
        }

        return border;
    }

    private void Take(ReadOnlySpan<byte> piece, long at)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        start = start < 0 ? at : start;
        hasText = hasText || HasText(piece);
        while (at + piece.Length - start > longest)
        {
            var room = (int)Math.Max(0, start + longest - at);
            var line = piece[..room].LastIndexOf((byte)'\n');
            var cut = line >= 0 && at + line + 1 > start ? at + line + 1
                : lastLine > start ? lastLine
                : at + BorderBefore(piece, 0, piece.Length - room);
            index.Add(start, (int)(cut - start));
            (start, hasText) = (cut, true);
        }

        var last = piece.LastIndexOf((byte)'\n');
        lastLine = last >= 0 ? at + last + 1 : lastLine;
    }

    private void End(long at)
    {
        if (start >= 0 && hasText)
        {
            index.Add(start, (int)(at - start));
        }

        (start, lastLine, hasText) = (-1, -1, false);
    }

    private static bool HasText(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            Rune.DecodeFromUtf8(piece, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune))
            {
                return true;
            }

            piece = piece[length..];
        }

        return false;
    }
}
