using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.PreTokenizers;

internal sealed class O200kPreTokenizer : PreTokenizer
{
    private const CharacterClass NoOther = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;
    private const CharacterClass NoPrefix = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Newline;
    private const CharacterClass AnyCase = CharacterClass.Caseless | CharacterClass.Mark;
    private const CharacterClass UpperPart = CharacterClass.Upper | AnyCase;
    private const CharacterClass LowerPart = CharacterClass.Lower | AnyCase;

    public override string Name => "o200k";

    public override string Pattern =>
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        var value = CharacterClasses.At(text, start, out var next);
        if (WordEnd(text, start, value, next) is >= 0 and var word)
        {
            return word < text.Length && text[word] == '\'' && ContractionEnd(text, word) is > 0 and var contraction ? contraction : word;
        }

        if ((value & CharacterClass.Number) != 0)
        {
            return NumberEnd(text, start, longest: 3);
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (body < text.Length && (CharacterClasses.At(text, body, out var afterBody) & NoOther) == 0)
        {
            var others = CharacterClasses.RunEndWithout(text, afterBody, NoOther);
            var end = others;
            while (end < text.Length && text[end] is '\r' or '\n' or '/')
            {
                end++;
            }

            return end;
        }

        return NewlinesOrSpaceEnd(text, start);
    }

    /// <summary>
    /// The end of a word by the first two alternatives, without its contraction; -1 where there is none. The optional
    /// character in front is tried first, then none; in each the upper part gives back characters until a lower part follows.
    /// </summary>
    private static int WordEnd(ReadOnlySpan<char> text, int start, CharacterClass value, int next)
    {
        var hasPrefix = (value & NoPrefix) == 0;
        return hasPrefix && LowerEnd(text, next) is >= 0 and var first ? first
            : LowerEnd(text, start) is >= 0 and var second ? second
            : hasPrefix && UpperEnd(text, next) is >= 0 and var third ? third
            : UpperEnd(text, start);
    }

    /// <summary><c>U*L+</c>, where the characters of any case are in both.</summary>
    private static int LowerEnd(ReadOnlySpan<char> text, int start)
    {
        var upper = CharacterClasses.RunEnd(text, start, UpperPart);
        var lower = CharacterClasses.RunEnd(text, upper, LowerPart);
        if (lower > upper)
        {
            return lower;
        }

        // Nothing lower follows: the upper part gives back what it ends in, down to its last character of any case.
        for (var place = upper; place > start;)
        {
            var isPair = place - start > 1 && char.IsLowSurrogate(text[place - 1]) && char.IsHighSurrogate(text[place - 2]);
            var previous = place - (isPair ? 2 : 1);
            if ((CharacterClasses.At(text, previous, out _) & LowerPart) != 0)
            {
                return CharacterClasses.RunEnd(text, previous, LowerPart);
            }

            place = previous;
        }

        return -1;
    }

    /// <summary><c>U+L*</c>.</summary>
    private static int UpperEnd(ReadOnlySpan<char> text, int start)
    {
        var upper = CharacterClasses.RunEnd(text, start, UpperPart);
        return upper == start ? -1 : CharacterClasses.RunEnd(text, upper, LowerPart);
    }
}
