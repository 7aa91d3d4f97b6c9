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

    protected static string Text(JsonElement row, string name) =>
        Field(row, name).GetString() ?? throw new FormatException($"'{name}' is null.");

    /// <remarks>Some data sets write their label as a number, some as text.</remarks>
    protected static int Integer(JsonElement row, string name) =>
        Field(row, name) is { ValueKind: JsonValueKind.String } text
            ? int.Parse(text.GetString()!, CultureInfo.InvariantCulture)
            : Field(row, name).GetInt32();

    private static JsonElement Field(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value : throw new KeyNotFoundException($"it lacks '{name}'.");
}
