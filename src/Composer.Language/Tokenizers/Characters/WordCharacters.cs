using System.Globalization;

namespace Composer.Language.Tokenizers.Characters;

/// <summary>Sets of characters that tokenizer files name, by code point.</summary>
internal static class WordCharacters
{
    /// <summary>Alphabetic: letters, letter numbers, and what Other_Alphabetic adds beside marks (circled and squared letters).</summary>
    public static bool IsAlphabetic(int codePoint) =>
        (CharacterClasses.Of(codePoint) & CharacterClass.Letter) != 0
        || CharUnicodeInfo.GetUnicodeCategory(codePoint) == UnicodeCategory.LetterNumber
        || codePoint is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169)
            or (>= 0x1F170 and <= 0x1F189);

    /// <summary>
    /// Oniguruma's <c>\w</c>, in patterns: alphabetic, marks, decimal digits, connector punctuation, and Latin-1's other numbers.
    /// </summary>
    public static bool IsWord(int codePoint) =>
        codePoint is 0xB2 or 0xB3 or 0xB9 or (>= 0xBC and <= 0xBE)
        || IsAlphabetic(codePoint)
        || (CharacterClasses.Of(codePoint) & CharacterClass.Mark) != 0
        || CharUnicodeInfo.GetUnicodeCategory(codePoint) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary><c>\w</c> of Unicode's annex 18: alphabetic, marks, decimal digits, connector punctuation, and the joiners.</summary>
    public static bool IsWordOrJoiner(int codePoint) =>
        codePoint is 0x200C or 0x200D
        || (IsWord(codePoint) && CharUnicodeInfo.GetUnicodeCategory(codePoint) != UnicodeCategory.OtherNumber);

    /// <summary>P, and the ASCII symbols that keyboards have.</summary>
    public static bool IsPunctuation(int codePoint) =>
        codePoint < 128
            ? codePoint is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
            : IsP(CharUnicodeInfo.GetUnicodeCategory(codePoint)) != OtherVersions.IsOtherPunctuation(codePoint);

    private static bool IsP(UnicodeCategory category) =>
        category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    /// <summary>White_Space.</summary>
    public static bool IsSpace(int codePoint) => (CharacterClasses.Of(codePoint) & CharacterClass.Space) != 0;

    /// <summary>N.</summary>
    public static bool IsNumber(int codePoint) =>
        (CharacterClasses.Of(codePoint) & CharacterClass.Number) != 0 || OtherVersions.IsNewNumber(codePoint);

    /// <summary>M.</summary>
    public static bool IsMark(int codePoint) =>
        ((CharacterClasses.Of(codePoint) & CharacterClass.Mark) != 0) != OtherVersions.IsOtherMark(codePoint);
}
