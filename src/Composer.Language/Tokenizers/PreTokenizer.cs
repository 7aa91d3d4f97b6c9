using System.Globalization;
using System.Text;

namespace Composer.Language.Tokenizers;

/// <summary>
/// Cuts text into the pieces that byte-level BPE merges within. Written as scanners over runes: the
/// runtime's Regex sees surrogates, not code points, so its \p{L} and \p{N} miss letters and digits
/// beyond U+FFFF and cut such text elsewhere.
/// </summary>
/// <remarks>Stateless and thread-safe. A lone surrogate counts as U+FFFD, which it encodes to.</remarks>
public abstract class PreTokenizer
{
    private protected PreTokenizer()
    {
    }

    /// <summary>GPT-2's pattern.</summary>
    public static PreTokenizer Gpt2 { get; } = new Gpt2PreTokenizer();

    /// <summary>Llama 3's pattern, which is that of cl100k.</summary>
    public static PreTokenizer Llama3 { get; } = new Llama3PreTokenizer();

    /// <summary><c>gpt-2</c> or <c>llama-3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The pattern as files write it.</summary>
    public abstract string Pattern { get; }

    /// <summary>The end of the piece that starts at <paramref name="start"/>, in UTF-16 code units.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Before the text's end.</param>
    public abstract int PieceEnd(ReadOnlySpan<char> text, int start);

    private protected enum CharacterClass
    {
        None,
        Letter,
        Number,
        Newline,
        Space,
        Other,
    }

    /// <summary>The class of the rune at a place, and where it ends; None at the text's end.</summary>
    private protected static CharacterClass Classify(ReadOnlySpan<char> text, int start, out int end)
    {
        if ((uint)start >= (uint)text.Length)
        {
            end = start;
            return CharacterClass.None;
        }

        var c = text[start];
        if (c < 128)
        {
            end = start + 1;
            return char.IsAsciiLetter(c) ? CharacterClass.Letter
                : char.IsAsciiDigit(c) ? CharacterClass.Number
                : c is '\r' or '\n' ? CharacterClass.Newline
                : char.IsWhiteSpace(c) ? CharacterClass.Space
                : CharacterClass.Other;
        }

        Rune.DecodeFromUtf16(text[start..], out var rune, out var length);
        end = start + length;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                CharacterClass.Number,
            _ => Rune.IsWhiteSpace(rune) ? CharacterClass.Space : CharacterClass.Other,
        };
    }

    /// <summary>The end of the run of one class.</summary>
    private protected static int RunEnd(ReadOnlySpan<char> text, int start, CharacterClass wanted)
    {
        var end = start;
        while (Classify(text, end, out var next) == wanted)
        {
            end = next;
        }

        return end;
    }

    private protected static bool IsWhiteSpace(CharacterClass value) =>
        value is CharacterClass.Space or CharacterClass.Newline;

    /// <summary><c>\s+(?!\S)|\s+</c>: a run of white space, without its last one when text follows.</summary>
    private protected static int WhiteSpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var (end, last) = (start, start);
        CharacterClass value;
        while (IsWhiteSpace(value = Classify(text, end, out var next)))
        {
            (last, end) = (end, next);
        }

        return value == CharacterClass.None || last == start ? end : last;
    }
}
