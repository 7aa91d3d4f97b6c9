using System.Text.Json;

namespace Composer.Language.Evaluation.Own;

/// <summary>A piece of text, or an operand with its filters.</summary>
/// <param name="Text">The text; null for an expression.</param>
/// <param name="Operand">Of an expression.</param>
/// <param name="Filters">In their order, with their arguments.</param>
internal sealed record TemplatePart(
    string? Text, TemplateOperand? Operand, IReadOnlyList<(TemplateFilter Filter, IReadOnlyList<TemplateOperand> Arguments)> Filters)
{
    /// <summary>Names that paths begin with, and where.</summary>
    public IEnumerable<(string Name, int Offset)> References => Operands
        .Where(o => o.Path.Count > 0)
        .Select(o => (o.Path[0], o.Offset));

    private IEnumerable<TemplateOperand> Operands => Operand is null ? [] : Filters.SelectMany(f => f.Arguments).Prepend(Operand);

    public object Evaluate(Func<string, object> lookup) => Filters.Aggregate(
        Operand!.Evaluate(lookup),
        (value, filter) => filter.Filter.Apply(value, [.. filter.Arguments.Select(a => a.Evaluate(lookup))]));
}

/// <summary>A constant, or a way into the row.</summary>
/// <param name="Constant">The text or number; null for a path.</param>
/// <param name="Path">Names and, in digits, places in lists; empty for a constant.</param>
/// <param name="Offset">Where it begins in the template.</param>
internal sealed record TemplateOperand(string? Constant, IReadOnlyList<string> Path, int Offset)
{
    public object Evaluate(Func<string, object> lookup)
    {
        if (Constant is not null)
        {
            return Constant;
        }

        var value = lookup(Path[0]);
        foreach (var step in Path.Skip(1))
        {
            value = Step(value, step);
        }

        return value;
    }

    private static object Step(object value, string step)
    {
        if (step[0] == '[')
        {
            var index = int.Parse(step[1..], System.Globalization.CultureInfo.InvariantCulture);
            var items = TemplateValues.ItemsOf(value) ?? throw new FormatException($"what is asked for its item {index} is no list.");
            return index < items.Count ? items[index] : throw new KeyNotFoundException($"a list lacks the item {index}.");
        }

        return value is JsonElement { ValueKind: JsonValueKind.Object } row
            ? row.TryGetProperty(step, out var member) ? member : throw new KeyNotFoundException($"it lacks '{step}'.")
            : throw new FormatException($"what is asked for '{step}' is no object.");
    }
}
