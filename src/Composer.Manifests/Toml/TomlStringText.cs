using System.Globalization;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>Finds where in a file a character of a string stands, whatever quotes and escapes it was written with.</summary>
internal static class TomlStringText
{
    /// <summary>The place of one character; the string's own place where it was not written in the file.</summary>
    /// <param name="source">The file's text, lines ended with line feeds.</param>
    /// <param name="span">The string's, with its quotes.</param>
    /// <param name="offset">UTF-16 code units of its value before the character.</param>
    public static SourceSpan PlaceOf(string source, SourceSpan span, int offset)
    {
        var lines = source.Split('\n');
        var at = lines.Take(span.Line - 1).Sum(line => line.Length + 1) + span.Column - 1;
        var quote = source[at];
        if (quote is not ('"' or '\''))
        {
            return span;
        }

        var isLong = string.CompareOrdinal(source, at, new string(quote, 3), 0, 3) == 0;
        at += isLong ? 3 : 1;
        at += isLong && source[at] == '\n' ? 1 : 0;
        for (var value = 0; value < offset;)
        {
            if (quote == '"' && source[at] == '\\')
            {
                (at, value) = Escape(source, at, value);
            }
            else
            {
                (at, value) = (at + 1, value + 1);
            }
        }

        var line = source.AsSpan(0, at).Count('\n') + 1;
        var column = at - (at == 0 ? 0 : source.LastIndexOf('\n', at - 1) + 1) + 1;
        return new SourceSpan(span.File, line, column, line, column + 1);
    }

    private static (int At, int Value) Escape(string source, int at, int value)
    {
        switch (source[at + 1])
        {
            case 'x':
                return (at + 4, value + 1);
            case 'u':
                return (at + 6, value + 1);
            case 'U':
                var point = int.Parse(source.AsSpan(at + 2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                return (at + 10, value + (point > char.MaxValue ? 2 : 1));
            case ' ' or '\t' or '\n':
                // A line's end behind a backslash is no part of the value, nor is the white space that follows.
                do
                {
                    at++;
                }
                while (source[at] is ' ' or '\t' or '\n');
                return (at, value);
            default:
                return (at + 2, value + 1);
        }
    }
}
