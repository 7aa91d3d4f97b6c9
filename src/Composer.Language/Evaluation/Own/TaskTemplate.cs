using System.Text;

namespace Composer.Language.Evaluation.Own;

/// <summary>
/// A text with places for a row's fields: <c>Question: {{question|strip}}</c>. Exactly this is understood:
/// <code>
/// template = { text | "{{" operand { "|" filter } "}}" }
/// operand  = path | string
/// path     = name { "." name | "[" number "]" }          of the row, or of [fields]
/// filter   = name [ "(" argument { "," argument } ")" ]
/// argument = string | number | path
/// string   = in " or ', with the escapes \\ \" \' \n \t
/// </code>
/// A template that is one expression alone is that expression's value, also a number or a list; any other is text. Two braces
/// themselves are written as a string: <c>{{"{{"}}</c>.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class TaskTemplate
{
    private readonly IReadOnlyList<TemplatePart> parts;

    private TaskTemplate(IReadOnlyList<TemplatePart> parts) => this.parts = parts;

    /// <summary>Names that paths begin with, where each first stands.</summary>
    public IEnumerable<(string Name, int Offset)> References => parts.SelectMany(p => p.References);

    /// <exception cref="TemplateMistakeException">It is none.</exception>
    public static TaskTemplate Parse(string template) => new(new TemplateParser(template).Read());

    /// <summary>The value: a text, a JSON value of the row, or a list of such.</summary>
    /// <param name="lookup">The value of a name.</param>
    /// <exception cref="FormatException">A field is of another kind than the template needs.</exception>
    /// <exception cref="KeyNotFoundException">The row lacks a field.</exception>
    public object Evaluate(Func<string, object> lookup) => parts is [{ Text: null } only] ? only.Evaluate(lookup) : Text(lookup);

    /// <summary>The value as text.</summary>
    /// <param name="lookup">The value of a name.</param>
    /// <exception cref="FormatException">A field is of another kind than the template needs.</exception>
    /// <exception cref="KeyNotFoundException">The row lacks a field.</exception>
    public string Text(Func<string, object> lookup)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Text ?? TemplateValues.TextOf(part.Evaluate(lookup)));
        }

        return text.ToString();
    }

    /// <summary>The value as texts: of a list one each.</summary>
    /// <param name="lookup">The value of a name.</param>
    /// <exception cref="FormatException">A field is of another kind than the template needs.</exception>
    /// <exception cref="KeyNotFoundException">The row lacks a field.</exception>
    public IReadOnlyList<string> Texts(Func<string, object> lookup) =>
        TemplateValues.ItemsOf(Evaluate(lookup)) is { } items ? [.. items.Select(TemplateValues.TextOf)] : [Text(lookup)];
}
