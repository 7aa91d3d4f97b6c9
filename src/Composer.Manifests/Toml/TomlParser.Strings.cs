using System.Globalization;
using System.Text;

namespace Composer.Manifests.Toml;

internal sealed partial class TomlParser
{
    private bool IsTripleQuote() =>
        position + 2 < text.Length && text[position + 1] == text[position] && text[position + 2] == text[position];

    /// <summary>A basic or literal string, whose quote stands here.</summary>
    private string? ParseSingleLineString()
    {
        var start = position;
        var quote = text[position++];
        var value = new StringBuilder();
        while (!AtLineEnd)
        {
            if (Current == quote)
            {
                position++;
                return value.ToString();
            }

            if (Current == '\\' && quote == '"')
            {
                ParseEscape(value);
            }
            else
            {
                value.Append(text[position++]);
            }
        }

        Report(DiagnosticCodes.NotClosed, start, position, $"The text is not closed with {quote} in its line.");
        return null;
    }

    /// <summary>A basic or literal string in three quotes, which stand here.</summary>
    private string? ParseMultiLineString()
    {
        var start = position;
        var quote = Current;
        position += 3;
        if (Current == '\n')
        {
            position++;
        }

        var value = new StringBuilder();
        while (!AtEnd)
        {
            if (Current == quote)
            {
                var run = 1;
                while (run < 5 && position + run < text.Length && text[position + run] == quote)
                {
                    run++;
                }

                position += run;
                if (run >= 3)
                {
                    return value.Append(quote, run - 3).ToString();
                }

                value.Append(quote, run);
            }
            else if (Current == '\\' && quote == '"')
            {
                if (!SkipEscapedLineEnd())
                {
                    ParseEscape(value);
                }
            }
            else
            {
                value.Append(text[position++]);
            }
        }

        Report(DiagnosticCodes.NotClosed, start, start + 3, $"The text is not closed with {new string(quote, 3)}.");
        return null;
    }

    /// <summary>A backslash at a line's end takes all white space up to the next character.</summary>
    private bool SkipEscapedLineEnd()
    {
        var end = position + 1;
        while (end < text.Length && text[end] is ' ' or '\t')
        {
            end++;
        }

        if (end >= text.Length || text[end] != '\n')
        {
            return false;
        }

        position = end;
        while (Current is ' ' or '\t' or '\n')
        {
            position++;
        }

        return true;
    }

    /// <summary>Appends the escaped character; a mistake is reported and skipped.</summary>
    private void ParseEscape(StringBuilder value)
    {
        var start = position++;
        var kind = AtEnd ? '\n' : text[position];
        switch (kind)
        {
            case 'b': value.Append('\b'); break;
            case 't': value.Append('\t'); break;
            case 'n': value.Append('\n'); break;
            case 'f': value.Append('\f'); break;
            case 'r': value.Append('\r'); break;
            case 'e': value.Append('\e'); break;
            case '"' or '\\': value.Append(kind); break;
            case 'x' or 'u' or 'U':
                ParseCodePoint(value, start, kind switch { 'x' => 2, 'u' => 4, _ => 8 });
                return;
            case '\n':
                Report(DiagnosticCodes.InvalidEscape, start, position, "A '\\' escapes nothing at the end of the line.");
                return;
            default:
                Report(
                    DiagnosticCodes.InvalidEscape,
                    start,
                    position + 1,
                    $"'\\{kind}' is no escape.",
                    "Write a backslash as '\\\\', or the text in single quotes.");
                break;
        }

        position++;
    }

    private void ParseCodePoint(StringBuilder value, int start, int digits)
    {
        position++;
        var end = position;
        while (end < text.Length && end < position + digits && char.IsAsciiHexDigit(text[end]))
        {
            end++;
        }

        if (end == position + digits
            && uint.TryParse(text.AsSpan(position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.IsValid(code))
        {
            value.Append(new Rune(code).ToString());
        }
        else
        {
            Report(
                DiagnosticCodes.InvalidEscape,
                start,
                end,
                end == position + digits
                    ? $"'{text[start..end]}' names no character."
                    : string.Create(CultureInfo.InvariantCulture, $"'{text[start..end]}' needs {digits} hexadecimal digits."));
        }

        position = end;
    }
}
