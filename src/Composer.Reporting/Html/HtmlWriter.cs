using System.Text;

namespace Composer.Reporting.Html;

/// <summary>
/// Writes markup that reads the same as HTML and as XML: every element closed, every attribute quoted,
/// every text escaped.
/// </summary>
/// <remarks>An attribute whose value is null is left out. Not thread-safe.</remarks>
internal sealed class HtmlWriter
{
    private readonly StringBuilder text = new();
    private readonly Stack<string> open = [];

    /// <summary>Opens an element that closes when the result is disposed of.</summary>
    public ElementScope In(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(element, attributes);
        text.Append('>');
        open.Push(element);
        return new ElementScope(this, open.Count);
    }

    /// <summary>An element with nothing but text.</summary>
    public HtmlWriter Element(string element, string content, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(element, attributes);
        text.Append('>');
        HtmlText.AppendEscaped(text, content);
        text.Append("</").Append(element).Append('>');
        return this;
    }

    /// <summary>An element without content: <c>br</c>, <c>meta</c>, or an SVG shape.</summary>
    public HtmlWriter Empty(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(element, attributes);
        text.Append("/>");
        return this;
    }

    public HtmlWriter Text(string content)
    {
        HtmlText.AppendEscaped(text, content);
        return this;
    }

    /// <summary>The project's own markup or style sheet, unescaped; never what came from outside.</summary>
    public HtmlWriter Verbatim(string markup)
    {
        text.Append(markup);
        return this;
    }

    /// <summary>A line break in the source, for people who read it.</summary>
    public HtmlWriter Line()
    {
        text.Append('\n');
        return this;
    }

    /// <exception cref="InvalidOperationException">An element is open.</exception>
    public byte[] ToUtf8() => open.Count == 0
        ? Encoding.UTF8.GetBytes(text.ToString())
        : throw new InvalidOperationException($"<{open.Peek()}> is open.");

    private void Start(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        text.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                text.Append(' ').Append(name).Append("=\"");
                HtmlText.AppendEscaped(text, value);
                text.Append('"');
            }
        }
    }

    private void Close(int depth)
    {
        if (open.Count != depth)
        {
            throw new InvalidOperationException($"<{open.Peek()}> closes out of turn.");
        }

        text.Append("</").Append(open.Pop()).Append('>');
    }

    /// <summary>An open element.</summary>
    internal readonly struct ElementScope(HtmlWriter writer, int depth) : IDisposable
    {
        public void Dispose() => writer.Close(depth);
    }
}
