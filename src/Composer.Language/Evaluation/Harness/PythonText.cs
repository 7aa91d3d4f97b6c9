using System.Text.RegularExpressions;

namespace Composer.Language.Evaluation.Harness;

/// <summary>The few string methods of Python that the harness's prompts are made with.</summary>
/// <remarks>Case is mapped character by character, so ß and a final Σ, which no task holds, would differ.</remarks>
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

    /// <summary><c>capitalize</c>: the first character upper, all others lower.</summary>
    public static string Capitalize(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary><c>len</c>: code points.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>What the harness does to the texts of HellaSwag, which come from WikiHow with its marks.</summary>
    public static string CleanHellaSwag(string text)
    {
        var cleaned = Strip(text).Replace(" [title]", ". ", StringComparison.Ordinal);
        return Bracketed().Replace(cleaned, "").Replace("  ", " ", StringComparison.Ordinal);
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Bracketed();
}
