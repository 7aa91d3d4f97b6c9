namespace Composer.Language.Tokenizers;

internal sealed class Gpt2PreTokenizer : PreTokenizer
{
    public override string Name => "gpt-2";

    public override string Pattern =>
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && ContractionEnd(text, start) is > 0 and var contraction)
        {
            return contraction;
        }

        var body = text[start] == ' ' ? start + 1 : start;
        var value = Classify(text, body, out _);
        return value is CharacterClass.Letter or CharacterClass.Number or CharacterClass.Other
            ? RunEnd(text, body, value)
            : WhiteSpaceEnd(text, start);
    }

    private static int ContractionEnd(ReadOnlySpan<char> text, int start)
    {
        var rest = text[(start + 1)..];
        return rest switch
        {
            ['s' or 't' or 'm' or 'd', ..] => start + 2,
            ['r' or 'v', 'e', ..] or ['l', 'l', ..] => start + 3,
            _ => -1,
        };
    }
}
