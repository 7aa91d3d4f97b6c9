using System.Globalization;
using System.Text;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Python's <c>str.capitalize</c>: Unicode's full mappings, of one code point to several too.</summary>
internal static class PythonCase
{
    private const int CapitalSigma = 0x3A3;
    private const string FinalSigma = "\u03C2";

    /// <summary>
    /// What begins a title otherwise than as one upper-case letter (SpecialCasing.txt), where it is no rule, and what the invariant
    /// culture leaves alone because it would become ASCII.
    /// </summary>
    private static readonly Dictionary<int, string> Titles = new()
    {
        [0xDF] = "Ss",
        [0x131] = "I",
        [0x149] = "\u02BCN",
        [0x17F] = "S",
        [0x1F0] = "J\u030C",
        [0x390] = "\u0399\u0308\u0301",
        [0x3B0] = "\u03A5\u0308\u0301",
        [0x587] = "\u0535\u0582",
        [0x1E96] = "H\u0331",
        [0x1E97] = "T\u0308",
        [0x1E98] = "W\u030A",
        [0x1E99] = "Y\u030A",
        [0x1E9A] = "A\u02BE",
        [0x1F50] = "\u03A5\u0313",
        [0x1F52] = "\u03A5\u0313\u0300",
        [0x1F54] = "\u03A5\u0313\u0301",
        [0x1F56] = "\u03A5\u0313\u0342",
        [0x1FB2] = "\u1FBA\u0345",
        [0x1FB4] = "\u0386\u0345",
        [0x1FB6] = "\u0391\u0342",
        [0x1FB7] = "\u0391\u0342\u0345",
        [0x1FC2] = "\u1FCA\u0345",
        [0x1FC4] = "\u0389\u0345",
        [0x1FC6] = "\u0397\u0342",
        [0x1FC7] = "\u0397\u0342\u0345",
        [0x1FD2] = "\u0399\u0308\u0300",
        [0x1FD3] = "\u0399\u0308\u0301",
        [0x1FD6] = "\u0399\u0342",
        [0x1FD7] = "\u0399\u0308\u0342",
        [0x1FE2] = "\u03A5\u0308\u0300",
        [0x1FE3] = "\u03A5\u0308\u0301",
        [0x1FE4] = "\u03A1\u0313",
        [0x1FE6] = "\u03A5\u0342",
        [0x1FE7] = "\u03A5\u0308\u0342",
        [0x1FF2] = "\u1FFA\u0345",
        [0x1FF4] = "\u038F\u0345",
        [0x1FF6] = "\u03A9\u0342",
        [0x1FF7] = "\u03A9\u0342\u0345",
        [0xFB00] = "Ff",
        [0xFB01] = "Fi",
        [0xFB02] = "Fl",
        [0xFB03] = "Ffi",
        [0xFB04] = "Ffl",
        [0xFB05] = "St",
        [0xFB06] = "St",
        [0xFB13] = "\u0544\u0576",
        [0xFB14] = "\u0544\u0565",
        [0xFB15] = "\u0544\u056B",
        [0xFB16] = "\u054E\u0576",
        [0xFB17] = "\u0544\u056D",
    };

    /// <summary>The first character in its title form, all others lower, a last sigma as it stands at a word's end.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length).Append(Title(runes[0]));
        for (var i = 1; i < runes.Length; i++)
        {
            result.Append(runes[i].Value == CapitalSigma && IsFinal(runes, i) ? FinalSigma : Lower(runes[i]));
        }

        return result.ToString();
    }

    private static string Title(Rune rune) => rune.Value switch
    {
        // Digraphs with a form between upper and lower.
        >= 0x1C4 and <= 0x1C6 => "\u01C5",
        >= 0x1C7 and <= 0x1C9 => "\u01C8",
        >= 0x1CA and <= 0x1CC => "\u01CB",
        >= 0x1F1 and <= 0x1F3 => "\u01F2",

        // Georgian has capitals, and begins no sentence with them.
        >= 0x10D0 and <= 0x10FF => rune.ToString(),
        _ => Titles.TryGetValue(rune.Value, out var title) ? title : Rune.ToUpperInvariant(rune).ToString(),
    };

    private static string Lower(Rune rune) => rune.Value switch
    {
        0x130 => "i\u0307",
        0x212A => "k",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };

    /// <summary>Whether a letter with case stands before it, and none behind, whatever marks lie between.</summary>
    private static bool IsFinal(Rune[] runes, int place)
    {
        var before = place - 1;
        while (before >= 0 && IsCaseIgnorable(runes[before]))
        {
            before--;
        }

        var after = place + 1;
        while (after < runes.Length && IsCaseIgnorable(runes[after]))
        {
            after++;
        }

        return before >= 0 && IsCased(runes[before]) && !(after < runes.Length && IsCased(runes[after]));
    }

    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    private static bool IsCaseIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027 or 0xFE13
            or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;
}
