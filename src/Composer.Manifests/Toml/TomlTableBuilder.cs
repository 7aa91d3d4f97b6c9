using System.Globalization;
using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>
/// Puts headers and keys into tables by TOML's rules of what may define and extend what; a mistake is
/// reported and leaves the tables as they were.
/// </summary>
internal sealed class TomlTableBuilder(List<Diagnostic> diagnostics)
{
    /// <summary>The table of a header <c>[a.b]</c> or <c>[[a.b]]</c>; null when it may not stand there.</summary>
    public TomlTable? Open(TomlTable root, IReadOnlyList<TomlKeyPart> key, SourceSpan header, bool ofArray)
    {
        var parent = root;
        foreach (var part in key.Take(key.Count - 1))
        {
            if (Enter(parent, part, header) is not { } inner)
            {
                return null;
            }

            parent = inner;
        }

        return ofArray ? AppendTable(parent, key[^1], header) : DefineTable(parent, key[^1], header);
    }

    /// <summary>A table on the way to a header's last part; made when it is not there yet.</summary>
    private TomlTable? Enter(TomlTable parent, TomlKeyPart part, SourceSpan header)
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

    private TomlTable? DefineTable(TomlTable parent, TomlKeyPart part, SourceSpan header)
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

    private TomlTable? AppendTable(TomlTable parent, TomlKeyPart part, SourceSpan header)
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
    public void Insert(TomlTable target, IReadOnlyList<TomlKeyPart> key, TomlValue value)
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
                string.Create(CultureInfo.InvariantCulture, $"The key '{key[^1].Text}' is given already, in line {existing.KeySpan.Line}."),
                key[^1].Span,
                "Keep one of the two."));
            return;
        }

        target.Add(new TomlEntry(key[^1].Text, key[^1].Span, value));
    }

    private TomlTable? NewTable(TomlTable parent, TomlKeyPart part, SourceSpan span, TomlTableOrigin origin)
    {
        if (!DepthAllows(parent.Depth + 1, part))
        {
            return null;
        }

        var table = new TomlTable(span, origin, parent.Depth + 1);
        parent.Add(new TomlEntry(part.Text, part.Span, table));
        return table;
    }

    public void ReportDepth(SourceSpan span) =>
        diagnostics.Add(new Diagnostic(
            DiagnosticCodes.NestedTooDeep,
            DiagnosticSeverity.Error,
            string.Create(CultureInfo.InvariantCulture, $"Tables and arrays lie more than {TomlLimits.Depth} deep in each other."),
            span));

    private bool DepthAllows(int depth, TomlKeyPart part)
    {
        if (depth <= TomlLimits.Depth)
        {
            return true;
        }

        ReportDepth(part.Span);
        return false;
    }

    private void Redefined(TomlTable parent, TomlKeyPart part, string how) =>
        diagnostics.Add(new Diagnostic(
            DiagnosticCodes.TableRedefined,
            DiagnosticSeverity.Error,
            string.Create(CultureInfo.InvariantCulture, $"'{part.Text}' {how}; it stands in line {parent.Find(part.Text)!.KeySpan.Line}."),
            part.Span,
            "Write all of it in one place."));
}
