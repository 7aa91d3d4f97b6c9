using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation;

/// <summary>A task with its questions.</summary>
/// <param name="Name">As manifests and the harness name it.</param>
/// <param name="Version">Raised when a question or prompt changes.</param>
/// <param name="Questions">In order, at most as many as a limit allows.</param>
/// <param name="ShotPool">Where solved examples are drawn from; empty when the task has none.</param>
public sealed record EvaluationTask(
    string Name, double Version, IReadOnlyList<TaskQuestion> Questions, IReadOnlyList<TaskQuestion> ShotPool)
{
    /// <summary>What a model is asked for.</summary>
    public TaskOutput Output { get; init; }

    /// <summary>What is reported, in the harness's order.</summary>
    public IReadOnlyList<EvaluationMetric> Metrics { get; init; } = EvaluationMetrics.Of(TaskOutput.MultipleChoice);

    /// <summary>
    /// Whether the harness draws one example more than it shows, so as to drop the question itself.
    /// </summary>
    public bool DrawsOneMore { get; init; }

    /// <summary>Stands before everything.</summary>
    public string Description { get; init; } = "";

    /// <summary>Stands between a context and what follows it.</summary>
    public string TargetDelimiter { get; init; } = " ";

    /// <summary>Stands behind each example.</summary>
    public string FewshotDelimiter { get; init; } = "\n\n";

    /// <summary>
    /// Whether a question that the window cannot hold is left out and counted, as a generated one may be; the harness, and with it
    /// every other task, asks for all that there are.
    /// </summary>
    public bool LeavesOutWhatIsTooLong { get; init; }

    /// <summary>Questions that there are without a limit.</summary>
    public int Documents { get; init; } = Questions.Count;

    /// <summary>The task as the harness's configuration of it would read, without what all share.</summary>
    public JsonObject Configuration { get; init; } = [];

    /// <summary>A question's document as the harness has it, with what a task adds to the row.</summary>
    public Func<TaskQuestion, JsonElement> DocumentOf { get; init; } = question => question.Row.ValueKind != JsonValueKind.Undefined
        ? question.Row
        : JsonSerializer.SerializeToElement(new JsonObject
        {
            ["contexts"] = new JsonArray([.. question.Contexts.Select(c => JsonValue.Create(c))]),
            ["choices"] = new JsonArray([.. question.Choices.Select(c => JsonValue.Create(c))]),
            ["gold"] = question.Gold,
        });

    /// <summary>What guessing evenly gets right; 0 where there are no choices to guess among.</summary>
    public double Chance => Output == TaskOutput.MultipleChoice ? Questions.Average(q => 1.0 / q.Choices.Count) : 0;

    /// <summary>A continuation as it is scored.</summary>
    internal string Continuation(TaskQuestion question, int choice) =>
        Output == TaskOutput.MultipleChoice ? TargetDelimiter + question.Choices[choice] : question.Choices[choice];

    /// <summary>A question with its answer, as it stands among the examples before another.</summary>
    internal string Solved(TaskQuestion question) => question.Answer is { } answer
        ? question.Contexts[question.Gold] + TargetDelimiter + answer + FewshotDelimiter
        : question.Contexts[question.Gold];
}
