using System.Globalization;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

internal sealed partial class TomlParser
{
    private readonly record struct KeyPart(string Text, SourceSpan Span);

    /// <summary>Bare and quoted parts joined by dots, and the white space behind them.</summary>
    private List<KeyPart>? ParseKey()
    {
        var parts = new List<KeyPart>();
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

            parts.Add(new KeyPart(part, source.Span(start, position)));
            if (parts.Count > TomlLimits.Depth)
            {
                TooDeep(start);
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
        var span = source.Span(start, position);
        var parent = root;
        foreach (var part in key.Take(key.Count - 1))
        {
            if (Enter(parent, part, span) is not { } inner)
            {
                return true;
            }

            parent = inner;
        }

        if ((ofArray ? AppendTable(parent, key[^1], span) : DefineTable(parent, key[^1], span)) is { } table)
        {
            section = table;
        }

        return true;
    }

    /// <summary>A table on the way to a header's last part; made when it is not there yet.</summary>
    private TomlTable? Enter(TomlTable parent, KeyPart part, SourceSpan header)
    {
        switch (parent.Find(part.Text)?.Value)
        {
            case null:
                return NewTable(parent, part, header, TomlTableOrigin.Implicit);
            case TomlTable { Origin: not TomlTableOrigin.Inline } table:
                return table;
            case TomlArray { IsArrayOfTables: true } array:
                return (TomlTable)array.Items[^1];
            default:
                Redefined(parent, part, "is complete and cannot be extended by a header");
                return null;
        }
    }

    private TomlTable? DefineTable(TomlTable parent, KeyPart part, SourceSpan header)
    {
        switch (parent.Find(part.Text)?.Value)
        {
            case null:
                return NewTable(parent, part, header, TomlTableOrigin.Header);
            case TomlTable { Origin: TomlTableOrigin.Implicit } table:
                table.Origin = TomlTableOrigin.Header;
                return table;
            default:
                Redefined(parent, part, "is defined already");
                return null;
        }
    }

    private TomlTable? AppendTable(TomlTable parent, KeyPart part, SourceSpan header)
    {
        var existing = parent.Find(part.Text)?.Value;
        if (existing is not null and not TomlArray { IsArrayOfTables: true })
        {
            Redefined(parent, part, "is defined already and is no array of tables");
            return null;
        }

        if (!DepthAllows(parent.Depth + 2, part))
        {
            return null;
        }

        if (existing is not TomlArray array)
        {
            array = new TomlArray(header, ofTables: true);
            parent.Add(new TomlEntry(part.Text, part.Span, array));
        }

        var table = new TomlTable(header, TomlTableOrigin.Header, parent.Depth + 2);
        array.Add(table);
        return table;
    }

    /// <summary>Puts a value under a key that may be dotted.</summary>
    private void Insert(TomlTable target, List<KeyPart> key, TomlValue value)
    {
        foreach (var part in key.Take(key.Count - 1))
        {
            TomlTable? inner;
            switch (target.Find(part.Text)?.Value)
            {
                case null:
                    inner = NewTable(target, part, part.Span, TomlTableOrigin.Dotted);
                    break;
                case TomlTable { Origin: TomlTableOrigin.Dotted or TomlTableOrigin.Implicit } table:
                    table.Origin = TomlTableOrigin.Dotted;
                    inner = table;
                    break;
                default:
                    Redefined(target, part, "is complete and cannot be extended by a dotted key");
                    return;
            }

            if (inner is null)
            {
                return;
            }

            target = inner;
        }

        if (target.Find(key[^1].Text) is { } existing)
        {
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.DuplicateKey,
                DiagnosticSeverity.Error,
                $"The key '{key[^1].Text}' is given already, in {Line(existing.KeySpan)}.",
                key[^1].Span,
                "Keep one of the two."));
            return;
        }

        target.Add(new TomlEntry(key[^1].Text, key[^1].Span, value));
    }

    private TomlTable? NewTable(TomlTable parent, KeyPart part, SourceSpan span, TomlTableOrigin origin)
    {
        if (!DepthAllows(parent.Depth + 1, part))
        {
            return null;
        }

        var table = new TomlTable(span, origin, parent.Depth + 1);
        parent.Add(new TomlEntry(part.Text, part.Span, table));
        return table;
    }

    private bool DepthAllows(int depth, KeyPart part)
    {
        if (depth <= TomlLimits.Depth)
        {
            return true;
        }

        diagnostics.Add(DepthDiagnostic(part.Span));
        return false;
    }

    private void TooDeep(int start) => diagnostics.Add(DepthDiagnostic(source.Span(start, start + 1)));

    private void Redefined(TomlTable parent, KeyPart part, string how) =>
        diagnostics.Add(new Diagnostic(
            DiagnosticCodes.TableRedefined,
            DiagnosticSeverity.Error,
            $"'{part.Text}' {how}; it stands in {Line(parent.Find(part.Text)!.KeySpan)}.",
            part.Span,
            "Write all of it in one place."));

    private static Diagnostic DepthDiagnostic(SourceSpan span) =>
        new(
            DiagnosticCodes.NestedTooDeep,
            DiagnosticSeverity.Error,
            string.Create(CultureInfo.InvariantCulture, $"Tables and arrays lie more than {TomlLimits.Depth} deep in each other."),
            span);

    private static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
