using System.Globalization;
using System.Text;
using Composer.Architecture.Primitives;

namespace Composer.Architecture.Notation;

/// <summary>Reads one text by recursive descent; stops at the first mistake.</summary>
/// <remarks>
/// <code>
/// sequence = term { "+" term }
/// term     = letter { letter }  |  count [times] letter  |  [count [times]] "(" sequence ")"
/// times    = "x" | "×" | "*"
/// </code>
/// White space may stand between any two signs. A count belongs to one letter or one parenthesis, so
/// <c>2AM</c>, which people read in two ways, is a mistake.
/// </remarks>
internal sealed class NotationParser(string text, PrimitiveRegistry? registry)
{
    // Text nests as deep as it likes; the call stack does not.
    private const int DeepestNesting = 32;

    private int position;
    private NotationError? error;

    public string? Parse(out NotationError? mistake)
    {
        var layers = Sequence(depth: 0);
        if (error is null && position < text.Length)
        {
            layers = Peek == ')'
                ? Fail(position, 1, "This ')' closes nothing.", "Remove it, or open a parenthesis before it.")
                : Unexpected();
        }

        mistake = error;
        return error is null ? layers : null;
    }

    private char Peek => position < text.Length ? text[position] : '\0';

    private string? Sequence(int depth)
    {
        var layers = new StringBuilder();
        while (true)
        {
            SkipSpace();
            var start = position;
            if (Term(depth) is not { } term)
            {
                return null;
            }

            layers.Append(term);
            if (layers.Length > LayerSequence.MaximumLayers)
            {
                return TooMany(start);
            }

            SkipSpace();
            if (Peek != '+')
            {
                return layers.ToString();
            }

            position++;
        }
    }

    private string? Term(int depth)
    {
        if (char.IsAsciiDigit(Peek))
        {
            return Counted(depth);
        }

        return Peek == '(' ? Parenthesis(depth) : Letters();
    }

    private string? Counted(int depth)
    {
        var start = position;
        while (char.IsAsciiDigit(Peek))
        {
            position++;
        }

        var digits = text[start..position];
        var limit = LayerSequence.MaximumLayers;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > limit)
        {
            return Fail(start, digits.Length, $"The count {digits} is too large.", $"At most {limit} layers are allowed.");
        }

        if (count == 0)
        {
            return Fail(start, digits.Length, "A count of 0 names no layer.", "Counts start at 1; remove the term.");
        }

        SkipSpace();
        if (Peek is 'x' or '×' or '*')
        {
            position++;
            SkipSpace();
        }

        if (Peek == '(')
        {
            return Parenthesis(depth) is { } block ? Repeat(block, count, start) : null;
        }

        if (Letter() is not { } symbol)
        {
            return null;
        }

        SkipSpace();
        return char.IsAsciiLetterUpper(Peek)
            ? Fail(
                position,
                1,
                $"It is unclear what the count {digits} belongs to.",
                $"Write {digits}{symbol}+{Peek}, or {digits}x({symbol}+{Peek}).")
            : Repeat(symbol.ToString(), count, start);
    }

    private string? Parenthesis(int depth)
    {
        var start = position;
        if (depth == DeepestNesting)
        {
            return Fail(start, 1, $"Parentheses nest deeper than {DeepestNesting}.", "Write the inner blocks out.");
        }

        position++;
        if (Sequence(depth + 1) is not { } layers)
        {
            return null;
        }

        if (Peek == ')')
        {
            position++;
            return layers;
        }

        return position < text.Length
            ? Unexpected()
            : Fail(position, 0, $"The '(' at character {start + 1} is never closed.", "Add ')'.");
    }

    private string? Letters()
    {
        var run = new StringBuilder();
        do
        {
            if (Letter() is not { } symbol)
            {
                return null;
            }

            run.Append(symbol);
            SkipSpace();
        }
        while (char.IsAsciiLetterUpper(Peek));
        return run.ToString();
    }

    private char? Letter()
    {
        var symbol = Peek;
        if (!char.IsAsciiLetterUpper(symbol))
        {
            Unexpected();
            return null;
        }

        if (registry is not null && !registry.TryGet(symbol, out _))
        {
            Fail(position, 1, $"No primitive has the symbol '{symbol}'.", $"There are {Known()}.");
            return null;
        }

        position++;
        return symbol;
    }

    private string? Repeat(string block, int count, int start) =>
        (long)block.Length * count > LayerSequence.MaximumLayers
            ? TooMany(start)
            : new StringBuilder(block.Length * count).Insert(0, block, count).ToString();

    private string? TooMany(int start) => Fail(
        start,
        position - start,
        $"The order has more than {LayerSequence.MaximumLayers} layers.",
        "Lower a count.");

    private string? Unexpected()
    {
        if (position >= text.Length)
        {
            return Fail(position, 0, "A layer is missing.", "End with a layer such as 2A or a block such as 4x(2A+4M).");
        }

        // A character outside the basic plane is two code units: show it whole.
        var length = char.IsSurrogatePair(text, position) ? 2 : 1;
        var sign = text.Substring(position, length);
        if (char.IsAsciiLetterLower(sign[0]) && sign != "x")
        {
            return Fail(position, 1, $"'{sign}' is no layer.", $"Symbols are upper-case: {sign.ToUpperInvariant()}.");
        }

        return sign is "(" || char.IsAsciiDigit(sign[0])
            ? Fail(position, 1, $"'{sign}' starts a new term here.", "Put '+' before it.")
            : Fail(position, length, $"'{sign}' cannot stand here.", "A layer such as 2A or a block such as 4x(2A+4M) can, joined by '+'.");
    }

    private string? Fail(int offset, int length, string message, string remedy)
    {
        error ??= new NotationError(offset, length, message, remedy);
        return null;
    }

    private string Known() => string.Join(", ", registry!.All.Select(p => $"{p.Symbol} ({p.Name})"));

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek))
        {
            position++;
        }
    }
}
