using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>
/// One pass over a document: statements and recovery here, keys and tables, values, and strings in the
/// other parts. A method that meets a mistake reports it and returns null; the statement is then given up
/// and reading goes on at the next line that looks like one.
/// </summary>
internal sealed partial class TomlParser(TomlSource source, List<Diagnostic> diagnostics)
{
    private readonly string text = source.Text;
    private readonly TomlTableBuilder tables = new(diagnostics);

    private int position;

    /// <summary>Brackets and braces that are open here: where recovery must look further than the line's end.</summary>
    private int openBrackets;

    private char Current => position < text.Length ? text[position] : '\0';

    private bool AtEnd => position >= text.Length;

    private bool AtLineEnd => AtEnd || text[position] == '\n';

    public TomlTable ParseDocument()
    {
        var root = new TomlTable(source.Span(0, 0), TomlTableOrigin.Header, 0);
        var section = root;
        for (SkipBlank(); !AtEnd; SkipBlank())
        {
            if (diagnostics.Count >= TomlLimits.Diagnostics)
            {
                Report(DiagnosticCodes.TooManyMistakes, position, position, "So many mistakes that the rest was not read.");
                break;
            }

            var done = Current == '[' ? ParseHeader(root, ref section) : ParseKeyValue(section);
            if (!done || !ExpectLineEnd())
            {
                Recover();
            }
        }

        return root;
    }

    private bool ParseKeyValue(TomlTable section)
    {
        if (ParseKey() is not { } key)
        {
            return false;
        }

        if (ParseAssigned(key, section.Depth) is not { } value)
        {
            return false;
        }

        tables.Insert(section, key, value);
        return true;
    }

    /// <summary>The <c>= value</c> of a key.</summary>
    private TomlValue? ParseAssigned(List<TomlKeyPart> key, int depth)
    {
        if (Current != '=')
        {
            return Fail(DiagnosticCodes.Syntax, position, TokenEnd(), $"A '=' must follow the key '{key[^1].Text}'.");
        }

        position++;
        SkipSpaces();
        return AtLineEnd || Current == '#'
            ? Fail(DiagnosticCodes.Syntax, position, position, $"The value of '{key[^1].Text}' is missing.", "It must begin in the line of its '='.")
            : ParseValue(depth + key.Count);
    }

    private bool ExpectLineEnd()
    {
        SkipSpaces();
        if (Current == '#')
        {
            SkipToLineEnd();
        }

        if (AtLineEnd)
        {
            return true;
        }

        Report(DiagnosticCodes.Syntax, position, TokenEnd(), $"'{text[position..TokenEnd()]}' follows where the line must end.", "One key and value stand in a line.");
        return false;
    }

    private void Recover()
    {
        SkipToLineEnd();
        while (openBrackets > 0 && !AtEnd && !LooksLikeStatement())
        {
            position++;
            SkipToLineEnd();
        }

        openBrackets = 0;
    }

    /// <summary>Whether the next line begins with <c>key =</c> or a header, rather than going on with an array.</summary>
    private bool LooksLikeStatement()
    {
        var i = position + 1;
        if (i >= text.Length)
        {
            return true;
        }

        if (text[i] == '[')
        {
            return true;
        }

        var start = i;
        while (i < text.Length && (IsBare(text[i]) || text[i] is '.' or '"'))
        {
            i++;
        }

        var any = i > start;
        while (i < text.Length && text[i] is ' ' or '\t')
        {
            i++;
        }

        return any && i < text.Length && text[i] == '=';
    }

    /// <summary>White space, line ends and comments.</summary>
    private void SkipBlank()
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t' or '\n')
            {
                position++;
            }
            else if (Current == '#')
            {
                SkipToLineEnd();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipSpaces()
    {
        while (Current is ' ' or '\t')
        {
            position++;
        }
    }

    private void SkipToLineEnd()
    {
        while (!AtLineEnd)
        {
            position++;
        }
    }

    /// <summary>Where a word that begins here ends; at least one character further unless the line ends.</summary>
    private int TokenEnd()
    {
        var end = position;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\n' or ',' or '[' or ']' or '{' or '}' or '#' or '=' or '"' or '\''))
        {
            end++;
        }

        if (end > position || AtLineEnd)
        {
            return end;
        }

        return char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? end + 2 : end + 1;
    }

    private void Report(string code, int start, int end, string message, string? remedy = null) =>
        diagnostics.Add(new Diagnostic(code, DiagnosticSeverity.Error, message, source.Span(start, end), remedy));

    private TomlValue? Fail(string code, int start, int end, string message, string? remedy = null)
    {
        Report(code, start, end, message, remedy);
        return null;
    }
}
