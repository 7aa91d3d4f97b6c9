using System.Globalization;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <param name="name">Of the pattern.</param>
/// <param name="longestNumber">How many digits stay together at most.</param>
internal sealed class Llama3PreTokenizer(string name, int longestNumber) : PreTokenizer
{
    private const CharacterClass NoOther = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    public override string Name => name;

    public override string Pattern { get; } =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
        + (longestNumber == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{{1,{longestNumber}}}"))
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && ContractionEnd(text, start) is > 0 and var contraction)
        {
            return contraction;
        }

        var value = CharacterClasses.At(text, start, out var next);
        if ((value & CharacterClass.Letter) != 0)
        {
            return CharacterClasses.RunEnd(text, next, CharacterClass.Letter);
        }

        if ((value & CharacterClass.Number) != 0)
        {
            return NumberEnd(text, start, longestNumber);
        }

        if ((value & CharacterClass.Newline) == 0 && (CharacterClasses.At(text, next, out var afterNext) & CharacterClass.Letter) != 0)
        {
            return CharacterClasses.RunEnd(text, afterNext, CharacterClass.Letter);
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (body < text.Length && (CharacterClasses.At(text, body, out var afterBody) & NoOther) == 0)
        {
            var others = CharacterClasses.RunEndWithout(text, afterBody, NoOther);
            return CharacterClasses.RunEnd(text, others, CharacterClass.Newline);
        }

        return NewlinesOrSpaceEnd(text, start);
    }
}
