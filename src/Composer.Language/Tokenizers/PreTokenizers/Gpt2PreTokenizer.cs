using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.PreTokenizers;

internal sealed class Gpt2PreTokenizer : PreTokenizer
{
    private const CharacterClass NoOther = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    public override string Name => "gpt-2";

    public override string Pattern =>
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && LowerContractionEnd(text, start) is > 0 and var contraction)
        {
            return contraction;
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (body == text.Length)
        {
            return body;
        }

        var value = CharacterClasses.At(text, body, out var next);
        return (value & CharacterClass.Letter) != 0 ? CharacterClasses.RunEnd(text, next, CharacterClass.Letter)
            : (value & CharacterClass.Number) != 0 ? CharacterClasses.RunEnd(text, next, CharacterClass.Number)
            : (value & CharacterClass.Space) == 0 ? CharacterClasses.RunEndWithout(text, next, NoOther)
            : WhiteSpaceEnd(text, start);
    }

    private static int LowerContractionEnd(ReadOnlySpan<char> text, int start) => text[(start + 1)..] switch
    {
        ['s' or 't' or 'm' or 'd', ..] => start + 2,
        ['r' or 'v', 'e', ..] or ['l', 'l', ..] => start + 3,
        _ => -1,
    };
}
