using System.Globalization;
using System.Text;

namespace Composer.Language.Tokenizers.Characters;

/// <summary>The classes of characters: a table up to U+FFFF, computed once, and the runtime's categories beyond.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Table = [.. Enumerable.Range(0, 0x10000).Select(Compute)];

    /// <summary>The class of the character at a place, and where it ends; a lone surrogate counts as U+FFFD, which it encodes to.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="place">In the text; at its end the class is none and <paramref name="end"/> the same place.</param>
    /// <param name="end">After the character.</param>
    public static CharacterClass At(ReadOnlySpan<char> text, int place, out int end)
    {
        if ((uint)place >= (uint)text.Length)
        {
            end = place;
            return CharacterClass.None;
        }

        var c = text[place];
        if (!char.IsHighSurrogate(c) || place + 1 == text.Length || !char.IsLowSurrogate(text[place + 1]))
        {
            end = place + 1;
            return Table[c];
        }

        end = place + 2;
        return Compute(char.ConvertToUtf32(c, text[place + 1]));
    }

    /// <summary>The class of a code point.</summary>
    public static CharacterClass Of(int codePoint) => codePoint < Table.Length ? Table[codePoint] : Compute(codePoint);

    /// <summary>The end of the run of characters with any of the classes.</summary>
    public static int RunEnd(ReadOnlySpan<char> text, int start, CharacterClass any)
    {
        var table = Table;
        var end = start;
        while ((uint)end < (uint)text.Length)
        {
            // Of a surrogate the table says no class: only beyond it the whole character is looked at.
            if ((table[text[end]] & any) != 0)
            {
                end++;
            }
            else if (char.IsHighSurrogate(text[end]) && (At(text, end, out var next) & any) != 0)
            {
                end = next;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>The end of the run of characters with none of the classes.</summary>
    public static int RunEndWithout(ReadOnlySpan<char> text, int start, CharacterClass any)
    {
        var end = start;
        while (end < text.Length && (At(text, end, out var next) & any) == 0)
        {
            end = next;
        }

        return end;
    }

    /// <summary>The code point at a place, and its length in UTF-16 code units; U+FFFD for a lone surrogate.</summary>
    public static int CodePointAt(ReadOnlySpan<char> text, int place, out int length)
    {
        Rune.DecodeFromUtf16(text[place..], out var rune, out length);
        return rune.Value;
    }

    private static CharacterClass Compute(int codePoint)
    {
        var kind = CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterClass.Letter | CharacterClass.Upper,
            UnicodeCategory.LowercaseLetter => CharacterClass.Letter | CharacterClass.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter | CharacterClass.Caseless,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
                CharacterClass.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                CharacterClass.Number,
            _ => CharacterClass.None,
        };
        return codePoint is '\r' or '\n' ? CharacterClass.Space | CharacterClass.Newline
            : codePoint < 0x10000 && char.IsWhiteSpace((char)codePoint) ? CharacterClass.Space
            : kind;
    }
}
