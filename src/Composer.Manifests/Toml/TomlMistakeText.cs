using System.Globalization;
using Composer.Core.Diagnostics;
using Tomlyn.Syntax;
using SourceSpan = Composer.Core.Diagnostics.SourceSpan;

namespace Composer.Manifests.Toml;

/// <summary>Finds the words for a mistake: what is wrong, where, and how to mend it.</summary>
/// <param name="source">The text.</param>
/// <param name="message">What Tomlyn says.</param>
/// <param name="at">The offset at which it says so.</param>
internal sealed class TomlMistakeText(TomlSource source, DiagnosticMessage message, int at)
{
    private const string Delimiters = " \t\n,[]{}#=\"'";

    private readonly string text = source.Text;

    private bool EndsLine => message.Message.EndsWith(" while expecting token `newline`", StringComparison.Ordinal);

    private bool AtLineEnd => at >= text.Length || text[at] == '\n';

    public static Diagnostic NotClosed(TomlSource source, int start)
    {
        var isTriple = source.Text.AsSpan(start).StartsWith(new string(source.Text[start], 3));
        var quotes = source.Text.Substring(start, isTriple ? 3 : 1);
        return new Diagnostic(
            DiagnosticCodes.NotClosed,
            DiagnosticSeverity.Error,
            $"The text is not closed with {quotes}{(isTriple ? "" : " in its line")}.",
            source.Span(start, start + quotes.Length));
    }

    public static Diagnostic TooLarge(string integer, SourceSpan span) =>
        new(DiagnosticCodes.ValueOutOfRange, DiagnosticSeverity.Error, $"The integer {integer} has more than 64 bits.", span);

    public Diagnostic InHeader(TableSyntaxBase header)
    {
        var close = header is TableArraySyntax ? "]]" : "]";
        return InText(header)
            ?? (Says($" while expecting `{close}`")
                ? Report(DiagnosticCodes.NotClosed, header.Span.Start.Offset, at, $"The header is not closed with '{close}'.")
                : EndsLine ? Follows()
                : InKey());
    }

    public Diagnostic InPair(KeyValueSyntax pair) =>
        InText(pair)
        ?? (pair.EqualToken is { } equal && equal.Span.Start.Offset < at ? InValue(pair, equal.Span.End.Offset + 1)
            : Begins("Expecting `=`") ? NoEquals(pair)
            : InKey());

    public Diagnostic InKey() => Report(
        DiagnosticCodes.Syntax,
        at,
        WordEnd(),
        AtLineEnd ? "A key is missing." : $"'{text[at..WordEnd()]}' cannot stand in a key.",
        "Keys are letters, digits, '-' and '_'; others need quotes.");

    /// <summary>A mistake inside quotes, of a key or a value; null when it is none.</summary>
    private Diagnostic? InText(SyntaxNode statement)
    {
        if (Begins("Unexpected escape") || Begins("Invalid escape") || Begins("Invalid Unicode scalar"))
        {
            return Escape(text.LastIndexOf('\\', at - 1));
        }

        return Begins("Invalid newline in a string") || Begins("Invalid End-Of-File found")
            ? NotClosed(source, Innermost<StringValueSyntax>(statement)?.Span.Start.Offset ?? at)
            : null;
    }

    private Diagnostic Escape(int start)
    {
        var wanted = text[start + 1] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        var end = start + 2;
        while (end < Math.Min(text.Length, start + 2 + wanted) && char.IsAsciiHexDigit(text[end]))
        {
            end++;
        }

        var (what, remedy) = (text[start + 1], wanted, end - start - 2 == wanted) switch
        {
            ('\n', _, _) => ("A '\\' escapes nothing at the end of the line.", null),
            (_, 0, _) => ($"'{text[start..end]}' is no escape.", "Write a backslash as '\\\\', or the text in single quotes."),
            (_, _, true) => ($"'{text[start..end]}' names no character.", null),
            _ => (string.Create(CultureInfo.InvariantCulture, $"'{text[start..end]}' needs {wanted} hexadecimal digits."), (string?)null),
        };
        return Report(DiagnosticCodes.InvalidEscape, start, end, what, remedy);
    }

    /// <param name="pair">The statement.</param>
    /// <param name="begin">Where its value may begin.</param>
    private Diagnostic InValue(KeyValueSyntax pair, int begin)
    {
        var (start, end) = Word(begin);
        var word = text[start..Math.Max(end, WordEnd())];
        if (Container(pair) is { } container)
        {
            var (what, close) = container is ArraySyntax ? ("array", ']') : ("inline table", '}');
            if (string.IsNullOrWhiteSpace(text[at..]))
            {
                var open = container.Span.Start.Offset;
                return Report(DiagnosticCodes.NotClosed, open, open + 1, $"The {what} is not closed with '{close}'.");
            }

            if (Begins("Expecting `=`") && Innermost<KeyValueSyntax>(pair) is { } inner)
            {
                return NoEquals(inner);
            }

            if (Says(" while parsing inline table") && text[..at].TrimEnd() is [.., ',' or '{'])
            {
                return InKey();
            }

            if (start == at && (Says(" while parsing inline table") || Begins("Missing a `,`") || Says(". Expecting a closing")))
            {
                return Report(
                    DiagnosticCodes.Syntax, at, WordEnd(), $"A ',' or '{close}' must follow in the {what}, not '{text[at..WordEnd()]}'.");
            }
        }
        else if (EndsLine && start != pair.Value?.Span.Start.Offset)
        {
            return Follows();
        }
        else if (word.Length == 0 && text.AsSpan(begin).TrimStart(" \t") is ['\n' or '#', ..])
        {
            begin += text.AsSpan(begin).IndexOfAnyExcept(" \t");
            return Report(
                DiagnosticCodes.Syntax,
                begin,
                begin,
                $"The value of '{LastPart(pair)}' is missing.",
                "It must begin in the line of its '='.");
        }

        return Begins("Unable to parse the date") ? NoDate(at, Math.Max(end, message.Span.End.Offset + 1))
            : Begins("Unable to parse integer") || Begins("Invalid size") ? TooLarge(word, source.Span(start, end))
            : Report(
                DiagnosticCodes.InvalidValue,
                start,
                end,
                word.Length == 0 ? "A value is missing." : $"'{word}' is no value.",
                word.Length > 0 && (char.IsLetter(word[0]) || char.IsAsciiDigit(word[0])) ? $"A text needs quotes: \"{word}\"." : null);
    }

    private Diagnostic NoDate(int start, int end) =>
        Report(DiagnosticCodes.ValueOutOfRange, start, end, $"'{text[start..end]}' is no date or time that exists.");

    private Diagnostic NoEquals(KeyValueSyntax pair)
    {
        var start = AtLineEnd ? pair.Key!.Span.End.Offset + 1 : at;
        return Report(DiagnosticCodes.Syntax, start, WordEnd(), $"A '=' must follow the key '{LastPart(pair)}'.");
    }

    private Diagnostic Follows() =>
        Report(
            DiagnosticCodes.Syntax,
            at,
            WordEnd(),
            $"'{text[at..WordEnd()]}' follows where the line must end.",
            "One key and value stand in a line.");

    private Diagnostic Report(string code, int start, int end, string what, string? remedy = null) =>
        new(code, DiagnosticSeverity.Error, what, source.Span(start, end), remedy);

    // Tomlyn's messages quote the text: what is looked for in them stands where a quoted word cannot.
    private bool Begins(string part) => message.Message.StartsWith(part, StringComparison.Ordinal);

    private bool Says(string part) => message.Message.Contains(part, StringComparison.Ordinal);

    /// <summary>The array or inline table that the mistake lies in; null when it is none.</summary>
    private SyntaxNode? Container(KeyValueSyntax pair) => pair.Descendants().OfType<SyntaxNode>()
        .Where(node => node is ArraySyntax or InlineTableSyntax
            && node.Span.Start.Offset < at
            && (TomlMistake.IsOpen(node) || at <= node.Span.End.Offset))
        .MaxBy(node => node.Span.Start.Offset);

    private T? Innermost<T>(SyntaxNode statement)
        where T : SyntaxNode =>
        statement.Descendants().OfType<T>().Where(node => node.Span.Start.Offset < at).MaxBy(node => node.Span.Start.Offset);

    /// <summary>A key's last part, as it is written.</summary>
    private string LastPart(KeyValueSyntax pair)
    {
        var part = pair.Key!.DotKeys.LastOrDefault()?.Key ?? pair.Key.Key!;
        return part is StringValueSyntax quoted ? quoted.Value! : text[part.Span.Start.Offset..(part.Span.End.Offset + 1)].TrimEnd();
    }

    /// <summary>The word that the mistake lies in, of what stands from <paramref name="begin"/> on.</summary>
    private (int Start, int End) Word(int begin)
    {
        var start = at;
        while (start > begin && !Delimiters.Contains(text[start - 1]))
        {
            start--;
        }

        var length = text.AsSpan(start).IndexOfAny(Delimiters);
        return (start, length < 0 ? text.Length : start + length);
    }

    /// <summary>Where the word that begins at the mistake ends; at least one character further unless the line ends.</summary>
    private int WordEnd()
    {
        var end = Math.Max(at, Word(at).End);
        return end > at || AtLineEnd ? end
            : char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? at + 2
            : at + 1;
    }
}
