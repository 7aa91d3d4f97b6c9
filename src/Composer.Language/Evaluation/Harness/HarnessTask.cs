using System.Globalization;
using System.Text.Json;
using Composer.Core.Code;

namespace Composer.Language.Evaluation.Harness;

/// <summary>A task of lm-evaluation-harness: its prompts, of the fields of the published data set.</summary>
/// <remarks>Stateless and thread-safe. Any such class is found by <see cref="HarnessTasks"/>.</remarks>
[CodeParts("lm-eval-task", nameof(Name))]
internal abstract class HarnessTask
{
    /// <summary>As manifests and the harness name it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether accuracy by length-normalised score is reported too.</summary>
    public virtual bool Normalized => true;

    /// <summary>Whether the harness draws one example more than it shows, so as to drop the question itself.</summary>
    public virtual bool DrawsOneMore => false;

    /// <summary>The question of a row.</summary>
    /// <exception cref="FormatException">A field is wrong.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    public abstract ChoiceQuestion Read(JsonElement row);

    protected static string Text(JsonElement row, string name) => TextOf(Field(row, name), name);

    /// <summary>A list of texts.</summary>
    protected static IReadOnlyList<string> Texts(JsonElement row, string name) =>
        Field(row, name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => TextOf(item, name))]
            : throw new FormatException($"'{name}' is no list.");

    /// <remarks>Some data sets write their label as a number, some as text.</remarks>
    protected static int Integer(JsonElement row, string name) => Field(row, name) switch
    {
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var number) => number,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "" => throw new FormatException(
            $"'{name}' is empty, as in a test split without answers."),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        _ => throw new FormatException($"'{name}' is no whole number."),
    };

    protected static JsonElement Field(JsonElement row, string name) =>
        row.ValueKind != JsonValueKind.Object ? throw new FormatException("it is no object.")
        : row.TryGetProperty(name, out var value) ? value : throw new KeyNotFoundException($"it lacks '{name}'.");

    private static string TextOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"'{name}' holds no text.");
}
