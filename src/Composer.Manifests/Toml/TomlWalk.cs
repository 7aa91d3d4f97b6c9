using Composer.Core.Diagnostics;
using Tomlyn.Syntax;
using SourceSpan = Composer.Core.Diagnostics.SourceSpan;

namespace Composer.Manifests.Toml;

/// <summary>Turns Tomlyn's syntax tree, which must be free of errors, into values with their places.</summary>
internal sealed class TomlWalk(TomlSource source, List<Diagnostic> diagnostics)
{
    private readonly TomlTableBuilder tables = new(diagnostics);

    public TomlTable Read(DocumentSyntax document)
    {
        var root = new TomlTable(source.Span(0, 0), TomlTableOrigin.Header, 0);
        Insert(root, document.KeyValues);
        foreach (var table in document.Tables)
        {
            var span = Span(table.OpenBracket!, table.CloseBracket!);

            // What follows a header that is wrong belongs to it, not to the table before: it is read and dropped.
            var section = Key(table.Name!) is { } key ? tables.Open(root, key, span, table is TableArraySyntax) : null;
            Insert(section ?? new TomlTable(span, TomlTableOrigin.Header, 0), table.Items);
        }

        return root;
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
        var parts = new List<TomlKeyPart>();
        foreach (var part in key.DotKeys.Select(item => item.Key!).Prepend(key.Key!))
        {
            var (token, text) = part switch
            {
                BareKeySyntax bare => (bare.Key!, bare.Key!.Text),
                StringValueSyntax quoted => (quoted.Token!, Text(quoted)?.Value),
                _ => throw new NotSupportedException(part.GetType().Name),
            };
            if (text is null)
            {
                return null;
            }

            parts.Add(new TomlKeyPart(text, Span(token)));
            if (parts.Count > TomlLimits.Depth)
            {
                tables.ReportDepth(Span(token));
                return null;
            }
        }

        return parts;
    }

    /// <param name="value">What is written.</param>
    /// <param name="depth">How many tables and arrays it lies in.</param>
    private TomlValue? Value(ValueSyntax value, int depth) => value switch
    {
        StringValueSyntax text => Text(text),
        IntegerValueSyntax integer => Integer(integer),
        FloatValueSyntax number => new TomlFloat(number.Value, Span(number.Token!)),
        BooleanValueSyntax boolean => new TomlBoolean(boolean.Value, Span(boolean.Token!)),
        DateTimeValueSyntax time => new TomlDateTime(time.Value, Span(time.Token!)),
        ArraySyntax array => Array(array, depth),
        InlineTableSyntax table => Table(table, depth),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    /// <summary>Tomlyn lets a backslash break the line of a text in single quotes; TOML does not.</summary>
    private TomlString? Text(StringValueSyntax syntax)
    {
        var (token, written) = (syntax.Token!, syntax.Token!.Text!);
        if (written.Contains('\n', StringComparison.Ordinal) && !written.StartsWith(new string(written[0], 3), StringComparison.Ordinal))
        {
            diagnostics.Add(TomlMistakeText.NotClosed(source, token.Span.Start.Offset));
            return null;
        }

        return new TomlString(syntax.Value!, Span(token));
    }

    /// <summary>Tomlyn reads 0xFFFFFFFFFFFFFFFF as -1; a number with a prefix has no sign.</summary>
    private TomlInteger? Integer(IntegerValueSyntax syntax)
    {
        var token = syntax.Token!;
        if (syntax.Value < 0 && token.Text![0] == '0')
        {
            diagnostics.Add(TomlMistakeText.TooLarge(token.Text, Span(token)));
            return null;
        }

        return new TomlInteger(syntax.Value, Span(token));
    }

    private TomlArray? Array(ArraySyntax syntax, int depth)
    {
        var array = new TomlArray(Span(syntax.OpenBracket!, syntax.CloseBracket!));
        if (depth >= TomlLimits.Depth)
        {
            tables.ReportDepth(Span(syntax.OpenBracket!));
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
        if (depth >= TomlLimits.Depth)
        {
            tables.ReportDepth(Span(syntax.OpenBrace!));
            return null;
        }

        var table = new TomlTable(Span(syntax.OpenBrace!, syntax.CloseBrace!), TomlTableOrigin.Dotted, depth);
        Insert(table, syntax.Items.Select(item => item.KeyValue!));
        table.Origin = TomlTableOrigin.Inline;
        return table;
    }

    private SourceSpan Span(SyntaxToken token) => Span(token, token);

    private SourceSpan Span(SyntaxToken first, SyntaxToken last) =>
        source.Span(first.Span.Start.Offset, last.Span.End.Offset + 1);
}
