using System.Text;
using Composer.Core.Diagnostics;

namespace Composer.Language.Evaluation.Own;

/// <summary>Reads a template (the grammar is <see cref="TaskTemplate"/>'s). Once.</summary>
internal sealed class TemplateParser(string template)
{
    private const string Special = ".|{}()[]'\",";

    private int place;

    /// <exception cref="TemplateMistakeException">It is none.</exception>
    public IReadOnlyList<TemplatePart> Read()
    {
        var parts = new List<TemplatePart>();
        while (place < template.Length)
        {
            var open = template.IndexOf("{{", place, StringComparison.Ordinal);
            var text = template[place..(open < 0 ? template.Length : open)];
            CheckText(text);
            if (text.Length > 0)
            {
                parts.Add(new TemplatePart(text, null, []));
            }

            place += text.Length;
            if (open >= 0)
            {
                place += 2;
                parts.Add(Expression(open));
            }
        }

        return parts;
    }

    private void CheckText(string text)
    {
        foreach (var (mark, what) in (ReadOnlySpan<(string, string)>)
            [
                ("{%", "'{%' begins a statement, which templates here do not have."),
                ("{#", "'{#' begins a comment, which templates here do not have."),
                ("}}", "'}}' closes nothing: no '{{' stands before it."),
            ])
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            if (at >= 0)
            {
                throw Mistake(place + at, what, "Only {{field|filter}} is understood; write braces themselves as {{\"}}\"}}.");
            }
        }
    }

    private TemplatePart Expression(int open)
    {
        var operand = Operand();
        var filters = new List<(TemplateFilter, IReadOnlyList<TemplateOperand>)>();
        for (; ; )
        {
            Blanks();
            if (Take("}}"))
            {
                return new TemplatePart(null, operand, filters);
            }

            if (place >= template.Length)
            {
                throw Mistake(open, "'{{' is not closed.", "Write '}}' behind the field.");
            }

            if (!Take("|"))
            {
                throw Mistake(
                    place,
                    $"'{template[place]}' is not understood here.",
                    "Behind a field stands '|' and a filter, or '}}'; conditions and arithmetic there are none.");
            }

            filters.Add(Filter());
        }
    }

    private (TemplateFilter, IReadOnlyList<TemplateOperand>) Filter()
    {
        Blanks();
        var at = place;
        var name = Name("a filter");
        var filter = TemplateFilter.All.FirstOrDefault(f => f.Name == name) ?? throw Mistake(
            at,
            $"There is no filter '{name}'.",
            Suggestion.DidYouMean(name, TemplateFilter.All.Select(f => f.Name))
                ?? $"There are {string.Join(", ", TemplateFilter.All.Select(f => f.Name))}.");
        var arguments = new List<TemplateOperand>();
        if (Take("("))
        {
            do
            {
                arguments.Add(Operand());
                Blanks();
            }
            while (Take(","));
            if (!Take(")"))
            {
                throw Mistake(place, "An argument is not ended.", "Write ',' or ')' behind it.");
            }
        }

        return arguments.Count == filter.Arguments
            ? (filter, arguments)
            : throw Mistake(
                at,
                $"'{name}' takes {filter.Arguments} arguments, not {arguments.Count}.",
                filter.Arguments == 0
                    ? $"Write {name}."
                    : $"Write {name}({string.Join(", ", Enumerable.Repeat("'text'", filter.Arguments))}).");
    }

    private TemplateOperand Operand()
    {
        Blanks();
        var at = place;
        if (place < template.Length && template[place] is '"' or '\'')
        {
            return new TemplateOperand(Quoted(), [], at);
        }

        var path = new List<string> { Name("a field") };
        if (path[0].All(char.IsAsciiDigit))
        {
            return new TemplateOperand(path[0], [], at);
        }

        for (; ; )
        {
            if (Take("."))
            {
                path.Add(Name("a field"));
            }
            else if (Take("["))
            {
                var index = Name("a number");
                if (index.Length > 9 || !index.All(char.IsAsciiDigit) || !Take("]"))
                {
                    throw Mistake(place, "A place in a list is a number in brackets.", "Write for example choices[0].");
                }

                path.Add($"[{index}");
            }
            else
            {
                return new TemplateOperand(null, path, at);
            }
        }
    }

    private string Quoted()
    {
        var (open, text) = (place, new StringBuilder());
        var quote = template[place++];
        while (place < template.Length && template[place] != quote)
        {
            var c = template[place++];
            if (c == '\\')
            {
                c = place < template.Length ? template[place++] : '\0';
                c = c switch
                {
                    'n' => '\n',
                    't' => '\t',
                    '\\' or '"' or '\'' => c,
                    _ => throw Mistake(place - 2, "This escape is not understood.", @"There are \\, \"", \', \n and \t."),
                };
            }

            text.Append(c);
        }

        return Take(quote.ToString())
            ? text.ToString()
            : throw Mistake(open, "A text in quotes is not closed.", $"Write {quote} behind it.");
    }

    private string Name(string what)
    {
        var start = place;
        while (place < template.Length
            && !char.IsWhiteSpace(template[place])
            && !Special.Contains(template[place], StringComparison.Ordinal))
        {
            place++;
        }

        return place > start
            ? template[start..place]
            : throw Mistake(start, $"Here stands no {what[2..]}.", $"Write the name of {what}, or a text in quotes.");
    }

    private void Blanks()
    {
        while (place < template.Length && char.IsWhiteSpace(template[place]))
        {
            place++;
        }
    }

    private bool Take(string mark)
    {
        var isThere = template.AsSpan(place).StartsWith(mark, StringComparison.Ordinal);
        place += isThere ? mark.Length : 0;
        return isThere;
    }

    private static TemplateMistakeException Mistake(int offset, string what, string remedy) => new(offset, what, remedy);
}
