namespace Composer.Language.Tokenizers;

internal sealed class Llama3PreTokenizer : PreTokenizer
{
    public override string Name => "llama-3";

    public override string Pattern =>
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && ContractionEnd(text, start) is > 0 and var contraction)
        {
            return contraction;
        }

        var value = Classify(text, start, out var next);
        if (value == CharacterClass.Letter)
        {
            return RunEnd(text, start, CharacterClass.Letter);
        }

        if (value is CharacterClass.Space or CharacterClass.Other
            && Classify(text, next, out _) == CharacterClass.Letter)
        {
            return RunEnd(text, next, CharacterClass.Letter);
        }

        if (value == CharacterClass.Number)
        {
            return NumberEnd(text, start);
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (Classify(text, body, out _) == CharacterClass.Other)
        {
            return RunEnd(text, RunEnd(text, body, CharacterClass.Other), CharacterClass.Newline);
        }

        var newlines = LastNewlineEnd(text, start);
        return newlines > start ? newlines : WhiteSpaceEnd(text, start);
    }

    private static int NumberEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        for (var i = 0; i < 3 && Classify(text, end, out var next) == CharacterClass.Number; i++)
        {
            end = next;
        }

        return end;
    }

    /// <summary><c>\s*[\r\n]+</c>: to the last newline of the run of white space; -1 when it has none.</summary>
    private static int LastNewlineEnd(ReadOnlySpan<char> text, int start)
    {
        var (end, newline) = (start, -1);
        CharacterClass value;
        while (IsWhiteSpace(value = Classify(text, end, out var next)))
        {
            end = next;
            newline = value == CharacterClass.Newline ? next : newline;
        }

        return newline;
    }

    // Case-insensitive as the pattern's engine folds: U+017F, the long s, is an s.
    private static int ContractionEnd(ReadOnlySpan<char> text, int start)
    {
        var rest = text[(start + 1)..];
        return rest switch
        {
            ['s' or 'S' or '\u017F' or 't' or 'T' or 'm' or 'M' or 'd' or 'D', ..] => start + 2,
            ['r' or 'R' or 'v' or 'V', 'e' or 'E', ..] or ['l' or 'L', 'l' or 'L', ..] => start + 3,
            _ => -1,
        };
    }
}
