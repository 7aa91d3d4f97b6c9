using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composer.Core.Code;

namespace Composer.Language.Evaluation.Harness;

/// <summary>A task of lm-evaluation-harness: its prompts, of the fields of the published data set.</summary>
/// <remarks>Stateless and thread-safe. Any such class is found by <see cref="HarnessTasks"/>.</remarks>
[CodeParts("lm-eval-task", nameof(Name))]
internal abstract class HarnessTask : ITaskForm
{
    /// <summary>As manifests and the harness name it.</summary>
    public abstract string Name { get; }

    public virtual double Version => 1;

    public virtual TaskOutput Output => TaskOutput.MultipleChoice;

    /// <summary>Whether accuracy by length-normalised score is reported too.</summary>
    public virtual bool Normalized => true;

    public virtual bool DrawsOneMore => false;

    public virtual bool DrawsFromQuestions => false;

    public string Description => "";

    public string TargetDelimiter => " ";

    public string FewshotDelimiter => "\n\n";

    public IReadOnlyList<EvaluationMetric> Metrics => Normalized || Output != TaskOutput.MultipleChoice
        ? EvaluationMetrics.Of(Output)
        : [EvaluationMetric.Accuracy];

    /// <summary>The question of a row.</summary>
    /// <exception cref="FormatException">A field is wrong.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    public abstract TaskQuestion Read(JsonElement row);

    public virtual JsonElement DocumentOf(TaskQuestion question) => question.Row;

    public virtual JsonObject Configure() => [];

    /// <summary>A part of the harness's configuration.</summary>
    /// <param name="dataset">Where the data set is published, and which part of it; null for the whole.</param>
    /// <param name="splits">Of training, validation and test, those that there are.</param>
    /// <param name="text">The context's template.</param>
    /// <param name="target">The target's.</param>
    /// <param name="choice">The choices'; null where there are none.</param>
    /// <param name="tags">Groups that it is in.</param>
    protected static JsonObject Configuration(
        (string Path, string? Name) dataset, IReadOnlyList<string> splits, string text, JsonNode target, string? choice, params string[] tags)
    {
        var configuration = new JsonObject();
        if (tags.Length > 0)
        {
            configuration["tag"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]);
        }

        configuration["dataset_path"] = dataset.Path;
        if (dataset.Name is { } name)
        {
            configuration["dataset_name"] = name;
        }

        foreach (var split in splits)
        {
            configuration[split == "train" ? "training_split" : $"{split}_split"] = split;
        }

        configuration["doc_to_text"] = text;
        configuration["doc_to_target"] = target;
        if (choice is not null)
        {
            configuration["doc_to_choice"] = choice;
        }

        return configuration;
    }

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
