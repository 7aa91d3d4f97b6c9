using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;
using Tomlyn.Syntax;

namespace Composer.Manifests.Toml;

/// <summary>A mistake that Tomlyn found, in this project's words, and what it spoils.</summary>
/// <param name="Diagnostic">The words and the place.</param>
/// <param name="FirstLine">The first line of the spoilt statement, from 0.</param>
/// <param name="LastLine">Its last line.</param>
/// <param name="IsHeader">Whether it is a header, to which all that follows up to the next belongs.</param>
/// <remarks>
/// Tomlyn says which token its parser did not expect. What a person did wrong is told by where that was: in a header,
/// in a key or in a value, and by what the text there begins.
/// </remarks>
internal sealed partial record TomlMistake(Diagnostic Diagnostic, int FirstLine, int LastLine, bool IsHeader = false)
{
    /// <summary>The first mistake of the text; those behind it may be its consequences.</summary>
    public static TomlMistake First(TomlSource source, DocumentSyntax syntax)
    {
        var message = syntax.Diagnostics.OrderBy(m => Offset(m, source)).First();
        var at = Offset(message, source);
        var line = Math.Min(source.LineOf(at), source.Lines - 1);
        var statement = syntax.KeyValues
            .Concat<SyntaxNode>(syntax.Tables.SelectMany(table => table.Items.Prepend<SyntaxNode>(table)))
            .LastOrDefault(node => node.Span.Start.Offset <= at);
        var words = new TomlMistakeText(source, message, at);
        switch (statement)
        {
            case TableSyntaxBase header when source.LineOf(header.Span.Start.Offset) == line:
                return new TomlMistake(words.InHeader(header), line, line, IsHeader: true);
            case KeyValueSyntax { Value: InlineTableSyntax } pair when IsOpen(pair.Value):
                return new TomlMistake(words.InPair(pair), LineOf(pair), line > LineOf(pair) ? Closing() : line);
            case KeyValueSyntax pair when IsOpen(pair.Value):
                return new TomlMistake(
                    words.InPair(pair), LineOf(pair), Before(text => BeginsHeader(text) || Assignment().IsMatch(text), LineOf(pair)));
            case KeyValueSyntax pair when source.LineOf(pair.Span.End.Offset) >= line:
                return new TomlMistake(
                    words.InPair(pair),
                    LineOf(pair),
                    Math.Max(line, IsOneLine(pair.Value) ? 0 : source.LineOf(pair.Value!.Span.End.Offset)));
            default:
                return new TomlMistake(words.InKey(), line, line);
        }

        int LineOf(KeyValueSyntax pair) => source.LineOf(pair.Span.Start.Offset);

        // The last line before one that begins something of its own.
        int Before(LinePredicate begins, int? from = null)
        {
            var last = from ?? line;
            while (last + 1 < source.Lines && !begins(source.Line(last + 1)))
            {
                last++;
            }

            return last;
        }

        // Of a table in braces each line may look like a statement, so the line that closes it is looked for.
        int Closing() => Enumerable.Range(line, Before(BeginsHeader) - line + 1)
            .Where(each => source.Line(each).TrimStart(" \t") is ['}', ..])
            .FirstOrDefault(line);
    }

    private delegate bool LinePredicate(ReadOnlySpan<char> line);

    /// <summary>Where a message is; some about the end of the text have the place zero.</summary>
    private static int Offset(DiagnosticMessage message, TomlSource source) =>
        message.Span.Start.Offset == 0 && message.Message.Contains("`Eof`", StringComparison.Ordinal)
            ? source.Text.Length
            : Math.Min(message.Span.Start.Offset, source.Text.Length);

    /// <summary>Whether a value goes on to the end of the text, or to where Tomlyn gave it up.</summary>
    internal static bool IsOpen(SyntaxNode? value) => value switch
    {
        ArraySyntax array => array.CloseBracket is null,
        InlineTableSyntax table => table.CloseBrace is null,
        StringValueSyntax text => !IsOneLine(text) && !text.Token!.Text!.AsSpan(3).EndsWith(text.Token.Text.AsSpan(0, 3)),
        _ => false,
    };

    private static bool IsOneLine(ValueSyntax? value) => value switch
    {
        ArraySyntax or InlineTableSyntax => false,
        StringValueSyntax { Token.Text: ['"', '"', '"', ..] or ['\'', '\'', '\'', ..] } => false,
        _ => true,
    };

    private static bool BeginsHeader(ReadOnlySpan<char> line) => line.TrimStart(" \t") is ['[', ..] header && !header.Contains(',');

    [GeneratedRegex(@"\A[ \t]*[^\s=#,\[\]{}]+[ \t]*=")]
    private static partial Regex Assignment();
}
