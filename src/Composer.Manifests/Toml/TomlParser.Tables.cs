using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

internal sealed partial class TomlParser
{
    /// <summary>Bare and quoted parts joined by dots, and the white space behind them.</summary>
    private List<TomlKeyPart>? ParseKey()
    {
        var parts = new List<TomlKeyPart>();
        while (true)
        {
            var start = position;
            string? part;
            if (Current is '"' or '\'')
            {
                part = ParseSingleLineString();
                if (part is null)
                {
                    return null;
                }
            }
            else
            {
                while (!AtEnd && IsBare(Current))
                {
                    position++;
                }

                part = text[start..position];
                if (part.Length == 0)
                {
                    Report(
                        DiagnosticCodes.Syntax,
                        position,
                        TokenEnd(),
                        AtLineEnd ? "A key is missing." : $"'{text[position..TokenEnd()]}' cannot stand in a key.",
                        "Keys are letters, digits, '-' and '_'; others need quotes.");
                    return null;
                }
            }

            parts.Add(new TomlKeyPart(part, source.Span(start, position)));
            if (parts.Count > TomlLimits.Depth)
            {
                tables.ReportDepth(source.Span(start, start + 1));
                return null;
            }

            SkipSpaces();
            if (Current != '.')
            {
                return parts;
            }

            position++;
            SkipSpaces();
        }
    }

    /// <summary><c>[a.b]</c> or <c>[[a.b]]</c>; the section becomes its table.</summary>
    private bool ParseHeader(TomlTable root, ref TomlTable section)
    {
        var start = position;
        // What follows a header that is wrong belongs to it, not to the table before: it is read and dropped.
        section = new TomlTable(source.Span(start, start), TomlTableOrigin.Header, 0);
        var ofArray = position + 1 < text.Length && text[position + 1] == '[';
        position += ofArray ? 2 : 1;
        SkipSpaces();
        if (ParseKey() is not { } key)
        {
            return false;
        }

        var closed = Current == ']' && (!ofArray || (position + 1 < text.Length && text[position + 1] == ']'));
        if (!closed)
        {
            Report(DiagnosticCodes.NotClosed, start, position, $"The header is not closed with '{(ofArray ? "]]" : "]")}'.");
            return false;
        }

        position += ofArray ? 2 : 1;
        section = tables.Open(root, key, source.Span(start, position), ofArray) ?? section;
        return true;
    }

    private static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
