using System.Text;
using Composer.Core;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>Texts at which tokenizers differ: every class of character beside every other, alone, in runs, and in half.</summary>
/// <param name="seed">Of the texts.</param>
/// <param name="named">Texts that are put in as they are, such as special tokens.</param>
internal sealed class AdversarialText(ulong seed, params string[] named)
{
    private static readonly string[] Pieces =
    [
        // ASCII, contractions in any case, the long s and the Kelvin sign.
        "a", "b", "Z", "the", " the", "The", "ing", "Hello", "hello", "WORLD", "camelCase", "HTTPServer", "x1y2", "'s", "'S", "'t",
        "'T", "'re",
        "'RE", "'rE", "'ve", "'VE", "'m", "'M", "'ll", "'LL", "'lL", "'d", "'D", "'\u017F", "'x", "'", "''", "\u017F", "\u212A", "’s",
        "’",
        // Digits of all kinds, astral ones too.
        "0", "1", "12", "123", "1234", "1234567", "٣", "٤٥٦", "०१२३", "²", "³¹", "Ⅳ", "½", "①", "㊿", "𝟘𝟙𝟚𝟛", "𝟗", "𐒠𐒡", "𑁦", "🄀",
        // White space of all kinds.
        " ", " ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\r", "\r\n", "\r\n\r\n", "\f", "\v", "\u0085", "\u00A0", "\u1680",
        "\u2000", "\u2003",
        "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", " \n", "\n ", " \r\n ", "\u180E", "\uFEFF", "\u200B",
        "\u2060",
        // Letters of many scripts, of each case, astral ones too.
        "é", "ß", "ñ", "İ", "ı", "Σ", "ς", "Ж", "я", "א", "ش", "ह", "ไ", "ท", "漢", "字", "かな", "カ", "ｶ", "한", "글", "ǅ", "ʰ", "ª", "ⓐ",
        "Ⓐ", "𝐀", "𝒷",
        "𐐷", "𐐏", "𠀀", "𠮷", "𝔸", "𞤀", "𞤢", "Ꙁ", "ა", "Ა", "ꭰ", "ﬁ", "ﬆ", "ﬀ", "Å", "Å",
        // Marks, joiners and what they join.
        "\u0301", "\u0308", "\u0327", "\u0301\u0327", "e\u0301", "A\u030A", "i\u0307", "\u20E3", "\u20DD", "ि", "ำ", "\u0903",
        "\U000E0100", "\uFE0F",
        "\u200C", "\u200D", "\u1100\u1161\u11A8", "\uAC00\u11A8",
        // Punctuation and symbols.
        ".", ",", "!", "?", "...", "-", "--", "—", "_", "__", "(", ")", "[", "]", "{", "}", "<", ">", "</", "/", "//", "\\", "|", "<|",
        "|>", "@", "#", "$",
        "€", "%", "&", "*", "+", "=", "~", "^", "`", "\"", "«", "»", "“", "”", "、", "。", "・", "×", "÷", "°", "©", "™", "▁", "Ġ", "Ċ",
        "Â", "§", "¶", "⁂", "𐄀",
        // Emoji, with skin, joined and as flags.
        "😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇯🇵", "1️⃣", "❤️", "☂",
        // Controls, private use, non-characters, what is unassigned.
        "\0", "\u0001", "\u0007", "\u001B", "\u001C", "\u001F", "\u007F", "\u0080", "\u009F", "\u00AD", "\uE000", "\uFFFD", "\uFFFE",
        "\uFFFF",
        "\U000F0000", "\U0010FFFF", "\U0001F8FF", "\u0378",
        // Halves of surrogate pairs; they meet, or they don't.
        "\uD83D", "\uDE00", "\uD800", "\uDFFF",
    ];

    private readonly Rng random = new(new Seed(seed));

    /// <summary>The next text; of one piece to some sixty.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        var count = random.NextInt(8) == 0 ? random.NextInt(20, 60) : random.NextInt(1, 14);
        for (var i = 0; i < count; i++)
        {
            var piece = random.NextInt(24) switch
            {
                0 when named.Length > 0 => named[random.NextInt(named.Length)],
                1 => Repeated(),
                2 => AnyCharacter(),
                _ => Pieces[random.NextInt(Pieces.Length)],
            };
            text.Append(piece);
        }

        return text.ToString();
    }

    /// <summary>A text as code units, for messages.</summary>
    public static string Escape(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));

    private string Repeated()
    {
        var piece = Pieces[random.NextInt(Pieces.Length)];
        return string.Concat(Enumerable.Repeat(piece, random.NextInt(4) == 0 ? random.NextInt(100, 200) : random.NextInt(2, 12)));
    }

    private string AnyCharacter()
    {
        var value = random.NextInt(3) switch
        {
            0 => random.NextInt(0x80, 0x3000),
            1 => random.NextInt(0x3000, 0x10000),
            _ => random.NextInt(0x10000, 0x20000),
        };
        return Rune.IsValid(value) ? new Rune(value).ToString() : "\uFFFD";
    }
}
