namespace Composer.Manifests.Toml;

internal sealed partial class TomlParser
{
    /// <param name="depth">How many tables and arrays the value lies in.</param>
    private TomlValue? ParseValue(int depth)
    {
        var start = position;
        switch (Current)
        {
            case '"' or '\'':
                var value = IsTripleQuote() ? ParseMultiLineString() : ParseSingleLineString();
                return value is null ? null : new TomlString(value, source.Span(start, position));
            case '[' or '{' when depth >= TomlLimits.Depth:
                tables.ReportDepth(source.Span(start, start + 1));
                return null;
            case '[':
                return ParseArray(depth);
            case '{':
                return ParseInlineTable(depth);
            default:
                return ParseBare();
        }
    }

    private TomlArray? ParseArray(int depth)
    {
        var start = position++;
        openBrackets++;
        var items = new List<TomlValue>();
        for (SkipBlank(); Current != ']' || AtEnd; SkipBlank())
        {
            if (AtEnd)
            {
                Report(DiagnosticCodes.NotClosed, start, start + 1, "The array is not closed with ']'.");
                return null;
            }

            if (ParseValue(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
            SkipBlank();
            if (Current == ',')
            {
                position++;
            }
            else if (Current != ']')
            {
                ReportSeparator(start, "array", ']');
                return null;
            }
        }

        position++;
        openBrackets--;
        var array = new TomlArray(source.Span(start, position));
        items.ForEach(array.Add);
        return array;
    }

    private TomlTable? ParseInlineTable(int depth)
    {
        var start = position++;
        openBrackets++;
        var entries = new TomlTable(source.Span(start, start + 1), TomlTableOrigin.Dotted, depth);
        for (SkipBlank(); Current != '}' || AtEnd; SkipBlank())
        {
            if (AtEnd)
            {
                Report(DiagnosticCodes.NotClosed, start, start + 1, "The inline table is not closed with '}'.");
                return null;
            }

            if (ParseKey() is not { } key || ParseAssigned(key, depth) is not { } value)
            {
                return null;
            }

            tables.Insert(entries, key, value);
            SkipBlank();
            if (Current == ',')
            {
                position++;
            }
            else if (Current != '}')
            {
                ReportSeparator(start, "inline table", '}');
                return null;
            }
        }

        position++;
        openBrackets--;
        return entries.As(TomlTableOrigin.Inline, source.Span(start, position));
    }

    private void ReportSeparator(int start, string what, char close)
    {
        if (AtEnd)
        {
            Report(DiagnosticCodes.NotClosed, start, start + 1, $"The {what} is not closed with '{close}'.");
        }
        else
        {
            Report(DiagnosticCodes.Syntax, position, TokenEnd(), $"A ',' or '{close}' must follow in the {what}, not '{text[position..TokenEnd()]}'.");
        }
    }

    /// <summary>A number, a date, <c>true</c> or <c>false</c>.</summary>
    private TomlValue? ParseBare()
    {
        var start = position;
        var end = TokenEnd();
        if (IsDateBeforeTime(start, end))
        {
            position = end + 1;
            end = TokenEnd();
        }

        position = end;
        return TomlScalar.Parse(text[start..end], source.Span(start, end), diagnostics);
    }

    /// <summary>Whether a date ends at <paramref name="end"/> and a space and a time follow.</summary>
    private bool IsDateBeforeTime(int start, int end) =>
        end - start == 10 && text[start + 4] == '-' && text[start + 7] == '-'
        && end + 2 < text.Length && text[end] == ' ' && char.IsAsciiDigit(text[end + 1]) && char.IsAsciiDigit(text[end + 2]);
}
