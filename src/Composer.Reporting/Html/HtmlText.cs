using System.Text;

namespace Composer.Reporting.Html;

/// <summary>Text made safe for element content and quoted attributes, in HTML and XML alike.</summary>
internal static class HtmlText
{
    /// <summary>Appends the text; what XML has no character for (controls, lone surrogates) becomes U+FFFD.</summary>
    public static void AppendEscaped(StringBuilder target, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                target.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '&' => target.Append("&amp;"),
                '<' => target.Append("&lt;"),
                '>' => target.Append("&gt;"),
                '"' => target.Append("&quot;"),
                '\'' => target.Append("&#39;"),
                '\t' or '\n' => target.Append(c),
                < ' ' or (>= '\x7f' and <= '\x9f') or '\ufffe' or '\uffff' => target.Append('\ufffd'),
                _ when char.IsSurrogate(c) => target.Append('\ufffd'),
                _ => target.Append(c),
            };
        }
    }

    public static string Escape(string text)
    {
        var target = new StringBuilder(text.Length);
        AppendEscaped(target, text);
        return target.ToString();
    }
}
