using Composer.Core.Diagnostics;
using Tomlyn.Syntax;
using SourceSpan = Composer.Core.Diagnostics.SourceSpan;

namespace Composer.Manifests.Toml;

/// <summary>Turns Tomlyn's syntax tree into this project's values. The tree must be free of errors.</summary>
internal sealed class TomlynWalk(TomlSource source, List<Diagnostic> diagnostics)
{
    private readonly TomlTableBuilder tables = new(diagnostics);

    public void Fill(TomlTable root, DocumentSyntax document)
    {
        Insert(root, document.KeyValues);
        foreach (var table in document.Tables)
        {
            var span = Span(table.OpenBracket!, table.CloseBracket!);
            if (Key(table.Name!) is { } key && tables.Open(root, key, span, table is TableArraySyntax) is { } section)
            {
                Insert(section, table.Items);
            }
        }
    }

    private void Insert(TomlTable section, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
        {
            if (Key(pair.Key!) is { } key && Value(pair.Value!, section.Depth + key.Count) is { } value)
            {
                tables.Insert(section, key, value);
            }
        }
    }

    private List<TomlKeyPart>? Key(KeySyntax key)
    {
        var parts = new List<TomlKeyPart> { Part(key.Key!) };
        foreach (var item in key.DotKeys)
        {
            parts.Add(Part(item.Key!));
        }

        if (parts.Count > TomlLimits.Depth)
        {
            tables.ReportDepth(parts[0].Span);
            return null;
        }

        return parts;
    }

    private TomlKeyPart Part(BareKeyOrStringValueSyntax part) => part switch
    {
        BareKeySyntax bare => new TomlKeyPart(bare.Key!.Text!, Span(bare.Key, bare.Key)),
        StringValueSyntax text => new TomlKeyPart(text.Value!, Span(text.Token!, text.Token!)),
        _ => throw new NotSupportedException(part.GetType().Name),
    };

    private TomlValue? Value(ValueSyntax value, int depth)
    {
        switch (value)
        {
            case StringValueSyntax text:
                return new TomlString(text.Value!, Span(text.Token!, text.Token!));
            case IntegerValueSyntax integer:
                return Scalar(integer.Token!);
            case FloatValueSyntax number:
                return Scalar(number.Token!);
            case BooleanValueSyntax boolean:
                return Scalar(boolean.Token!);
            case DateTimeValueSyntax time:
                return Scalar(time.Token!);
            case ArraySyntax array:
                return Array(array, depth);
            case InlineTableSyntax table:
                return Table(table, depth);
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    /// <summary>From the token's text: Tomlyn 2.0 wraps integers of more than 64 bits silently.</summary>
    private TomlValue? Scalar(SyntaxToken token) => TomlScalar.Parse(token.Text!, Span(token, token), diagnostics);

    private TomlArray? Array(ArraySyntax syntax, int depth)
    {
        var array = new TomlArray(Span(syntax.OpenBracket!, syntax.CloseBracket!));
        if (depth >= TomlLimits.Depth)
        {
            tables.ReportDepth(array.Span);
            return null;
        }

        foreach (var item in syntax.Items)
        {
            if (Value(item.Value!, depth + 1) is not { } value)
            {
                return null;
            }

            array.Add(value);
        }

        return array;
    }

    private TomlTable? Table(InlineTableSyntax syntax, int depth)
    {
        var span = Span(syntax.OpenBrace!, syntax.CloseBrace!);
        if (depth >= TomlLimits.Depth)
        {
            tables.ReportDepth(span);
            return null;
        }

        var table = new TomlTable(span, TomlTableOrigin.Dotted, depth);
        Insert(table, syntax.Items.Select(i => i.KeyValue!));
        table.Origin = TomlTableOrigin.Inline;
        return table;
    }

    private SourceSpan Span(SyntaxToken first, SyntaxToken last) =>
        source.Span(first.Span.Start.Offset, last.Span.End.Offset + 1);
}
