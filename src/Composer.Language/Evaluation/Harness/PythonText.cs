using System.Text.RegularExpressions;

namespace Composer.Language.Evaluation.Harness;

/// <summary>The few string methods of Python that the harness's prompts are made with.</summary>
internal static partial class PythonText
{
    public static string Strip(string text) => LStrip(RStrip(text));

    public static string LStrip(string text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static string RStrip(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    /// <summary><c>len</c>: code points.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>What the harness does to the texts of HellaSwag, which come from WikiHow with its marks.</summary>
    public static string CleanHellaSwag(string text)
    {
        var cleaned = Strip(text).Replace(" [title]", ". ", StringComparison.Ordinal);
        return Bracketed().Replace(cleaned, "").Replace("  ", " ", StringComparison.Ordinal);
    }

    /// <summary>Parts at white space, as <c>len(re.split(r"\s+", text))</c> counts them: an empty part at an end counts too.</summary>
    public static int Words(string text)
    {
        var words = 1;
        for (var i = 0; i < text.Length; i++)
        {
            words += IsSpace(text[i]) && (i == 0 || !IsSpace(text[i - 1])) ? 1 : 0;
        }

        return words;
    }

    /// <summary>What the harness does to a page of WikiText, whose tokens stand apart.</summary>
    public static string CleanWikiText(string text)
    {
        var cleaned = text.Replace("s '", "s'", StringComparison.Ordinal);
        cleaned = SlashedNumber().Replace(cleaned, "/'[0-9]/");
        foreach (var (apart, joined) in (ReadOnlySpan<(string, string)>)
            [(" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."), (" : ", ": "), (" ; ", "; "), (" . ", ". "), (" ! ", "! "), (" ? ", "? "), (" , ", ", ")])
        {
            cleaned = cleaned.Replace(apart, joined, StringComparison.Ordinal);
        }

        cleaned = InParentheses().Replace(cleaned, "($1)");
        cleaned = InBrackets().Replace(cleaned, "[$1]");
        cleaned = InBraces().Replace(cleaned, "{$1}");
        cleaned = InQuotes().Replace(cleaned, "\"$1\"");
        cleaned = InApostrophes().Replace(cleaned, "'$1'");
        foreach (var (apart, joined) in (ReadOnlySpan<(string, string)>)
            [("= = = =", "===="), ("= = =", "==="), ("= =", "=="), (" \u00B0 ", "\u00B0"), (" \n", "\n"), ("\n ", "\n"), (" N ", " 1 "), (" 's", "'s")])
        {
            cleaned = cleaned.Replace(apart, joined, StringComparison.Ordinal);
        }

        return cleaned;
    }

    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Bracketed();

    [GeneratedRegex("/' [0-9]/")]
    private static partial Regex SlashedNumber();

    // White space is Python's: the class \s and U+001C to U+001F.
    [GeneratedRegex(@"\([\s\x1C-\x1F]*([^\)]*?)[\s\x1C-\x1F]*\)")]
    private static partial Regex InParentheses();

    [GeneratedRegex(@"\[[\s\x1C-\x1F]*([^\]]*?)[\s\x1C-\x1F]*\]")]
    private static partial Regex InBrackets();

    [GeneratedRegex(@"{[\s\x1C-\x1F]*([^}]*?)[\s\x1C-\x1F]*}")]
    private static partial Regex InBraces();

    [GeneratedRegex(@"""[\s\x1C-\x1F]*([^""]*?)[\s\x1C-\x1F]*""")]
    private static partial Regex InQuotes();

    [GeneratedRegex(@"'[\s\x1C-\x1F]*([^']*?)[\s\x1C-\x1F]*'")]
    private static partial Regex InApostrophes();
}
