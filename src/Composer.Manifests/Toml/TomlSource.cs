using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>
/// A document's text, decoded strictly: UTF-8 without one invalid byte, line ends as line feeds, no
/// control characters.
/// </summary>
internal sealed class TomlSource
{
    private readonly List<int> lineStarts = [0];

    private readonly SourceSpan? place;
    private IReadOnlyList<int> blankedHeaders = [];

    private TomlSource(string file, string text, SourceSpan? place)
    {
        (File, Text, this.place) = (file, text, place);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                lineStarts.Add(i + 1);
            }
        }
    }

    public string File { get; }

    /// <summary>
    /// The text; a forbidden control character was replaced by a space, <c>\r\n</c> by <c>\n</c>; its last line is ended.
    /// </summary>
    public string Text { get; }

    /// <summary>Null when the bytes are too many or no UTF-8.</summary>
    public static TomlSource? Decode(ReadOnlySpan<byte> utf8, string file, SourceSpan? place, ICollection<Diagnostic> diagnostics)
    {
        if (utf8.Length > TomlLimits.Bytes)
        {
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.TooLarge,
                DiagnosticSeverity.Error,
                string.Create(CultureInfo.InvariantCulture, $"The file has {utf8.Length} bytes; at most {TomlLimits.Bytes} are read."),
                new SourceSpan(file, 1, 1, 1, 1)));
            return null;
        }

        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (!Utf8.IsValid(utf8))
        {
            diagnostics.Add(InvalidByte(utf8, file));
            return null;
        }

        if (utf8.StartsWith("\uFEFF"u8))
        {
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.Syntax,
                DiagnosticSeverity.Error,
                "A second byte order mark stands at the start.",
                new SourceSpan(file, 1, 1, 1, 2),
                "Keep at most one."));
            return null;
        }

        return Clean(file, Encoding.UTF8.GetString(utf8), place, diagnostics);
    }

    /// <summary>The place of the characters from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public SourceSpan Span(int start, int end)
    {
        if (place is { } everywhere)
        {
            return everywhere;
        }

        var (line, column) = Position(start);
        var (endLine, endColumn) = Position(Math.Max(start, end));
        return new SourceSpan(File, line, column, endLine, endColumn);
    }

    /// <summary>Which line an offset lies in, from 0.</summary>
    public int LineOf(int offset)
    {
        var index = lineStarts.BinarySearch(offset);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>A line's text without its end.</summary>
    public ReadOnlySpan<char> Line(int line) => Text.AsSpan(lineStarts[line]..EndOf(line));

    /// <summary>The same text with the spoilt statement blank; every other character keeps its place.</summary>
    public TomlSource Without(TomlMistake mistake)
    {
        var text = Text.ToCharArray();
        for (var line = mistake.FirstLine; line <= mistake.LastLine; line++)
        {
            text.AsSpan(lineStarts[line]..EndOf(line)).Fill(' ');
        }

        return new TomlSource(File, new string(text), place)
        {
            blankedHeaders = mistake.IsHeader ? [.. blankedHeaders, mistake.FirstLine] : blankedHeaders,
        };
    }

    /// <summary>The line of the blanked header that stands between two offsets, the last one; null when there is none.</summary>
    public int? BlankedHeader(int after, int before) =>
        blankedHeaders.Where(line => lineStarts[line] >= after && lineStarts[line] < before).Select(line => (int?)line).Max();

    /// <summary>How many lines there are; behind the last line's end stands none.</summary>
    public int Lines => lineStarts.Count - 1;

    private int EndOf(int line) => line < Lines ? lineStarts[line + 1] - 1 : Text.Length;

    private (int Line, int Column) Position(int offset)
    {
        var line = LineOf(offset);
        return (line + 1, offset - lineStarts[line] + 1);
    }

    private static TomlSource Clean(string file, string raw, SourceSpan? place, ICollection<Diagnostic> diagnostics)
    {
        var text = new StringBuilder(raw.Length);
        var forbidden = new List<(int Offset, char Character)>();
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (c == '\r' && i + 1 < raw.Length && raw[i + 1] == '\n')
            {
                continue;
            }

            if ((c < ' ' && c is not '\t' and not '\n') || c == '\u007F')
            {
                forbidden.Add((text.Length, c));
                c = ' ';
            }

            text.Append(c);
        }

        // Tomlyn 2.10 throws where the text ends behind a backslash; behind a line's end it doesn't.
        if (!raw.EndsWith('\n'))
        {
            text.Append('\n');
        }

        var source = new TomlSource(file, text.ToString(), place);
        foreach (var (offset, character) in forbidden.Take(TomlLimits.Diagnostics))
        {
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.ControlCharacter,
                DiagnosticSeverity.Error,
                character == '\r'
                    ? "A carriage return stands without a line feed."
                    : string.Create(CultureInfo.InvariantCulture, $"The control character U+{(int)character:X4} may not stand in TOML."),
                source.Span(offset, offset + 1),
                character == '\r' ? "End lines with LF or CR LF." : "In a text in quotes write it as an escape such as \\t or \\x1B."));
        }

        return source;
    }

    private static Diagnostic InvalidByte(ReadOnlySpan<byte> utf8, string file)
    {
        var valid = utf8.Length;
        for (var i = 0; i < utf8.Length;)
        {
            if (Rune.DecodeFromUtf8(utf8[i..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                valid = i;
                break;
            }

            i += consumed;
        }

        var before = Encoding.UTF8.GetString(utf8[..valid]);
        var line = before.Count(c => c == '\n') + 1;
        var column = before.Length - before.LastIndexOf('\n');
        return new Diagnostic(
            DiagnosticCodes.InvalidUtf8,
            DiagnosticSeverity.Error,
            string.Create(CultureInfo.InvariantCulture, $"The byte 0x{utf8[Math.Min(valid, utf8.Length - 1)]:X2} is no UTF-8."),
            new SourceSpan(file, line, column, line, column + 1),
            "Save the file as UTF-8.");
    }
}
