using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation.Own;

/// <summary>A task as a file defines it. Stateless and thread-safe.</summary>
internal sealed class DefinedTask : ITaskForm
{
    private readonly TaskDefinition definition;
    private readonly Dictionary<string, TaskTemplate> fields;
    private readonly TaskTemplate context;
    private readonly TaskTemplate[] contexts;
    private readonly TaskTemplate[] choices;
    private readonly TaskTemplate answer;
    private readonly TaskTemplate target;

    /// <param name="definition">Sound: its templates are read, and none of its fields needs itself.</param>
    public DefinedTask(TaskDefinition definition)
    {
        this.definition = definition;
        fields = definition.Fields.ToDictionary(f => f.Key, f => TaskTemplate.Parse(f.Value), StringComparer.Ordinal);
        context = TaskTemplate.Parse(definition.Context);
        contexts = [.. definition.Contexts.Select(TaskTemplate.Parse)];
        choices = [.. definition.Choices.Select(TaskTemplate.Parse)];
        answer = TaskTemplate.Parse(definition.Answer);
        target = TaskTemplate.Parse(definition.Target);
    }

    public string Name => definition.Name;

    public double Version => definition.Version;

    public TaskOutput Output => definition.OutputType;

    public IReadOnlyList<EvaluationMetric> Metrics => definition.Metrics.Count == 0
        ? [.. EvaluationMetrics.Of(Output).Where(m => contexts.Length == 0 || m != EvaluationMetric.NormalizedAccuracy)]
        : [.. EvaluationMetrics.Of(Output).Where(definition.Metrics.Contains)];

    public bool DrawsOneMore => definition.LeaveQuestionOut ?? DrawsFromQuestions;

    public bool DrawsFromQuestions => definition.Examples.Count == 0;

    public string Description => definition.Description;

    public string TargetDelimiter => definition.TargetDelimiter;

    public string FewshotDelimiter => definition.FewshotDelimiter;

    public TaskQuestion Read(JsonElement row)
    {
        var known = new Dictionary<string, object>(StringComparer.Ordinal);
        switch (Output)
        {
            case TaskOutput.RollingLogLikelihood:
                var text = target.Text(Lookup);
                return new TaskQuestion("", [text], 0)
                {
                    Target = text,
                    Sizes = (PythonText.Words(text), Encoding.UTF8.GetByteCount(text)),
                };
            case TaskOutput.LogLikelihood:
                var continuation = target.Text(Lookup);
                return new TaskQuestion(context.Text(Lookup), [continuation], 0)
                {
                    Target = continuation,
                    Answer = continuation.Length > 0 ? continuation : null,
                };
            case TaskOutput.MultipleChoice when contexts.Length > 0:
                string[] given = [.. contexts.SelectMany(c => c.Texts(Lookup))];
                var same = target.Text(Lookup);
                return new TaskQuestion(given, [.. Enumerable.Repeat(same, given.Length)], IndexOf(given))
                {
                    Target = same,
                    Answer = same.Length > 0 ? same : null,
                };
            default:
                string[] offered = [.. choices.SelectMany(c => c.Texts(Lookup))];
                return new TaskQuestion(context.Text(Lookup), offered, IndexOf(offered));
        }

        int IndexOf(string[] offered)
        {
            var right = answer.Evaluate(Lookup);
            return TemplateValues.IntegerOf(right) ?? Array.IndexOf(offered, TemplateValues.TextOf(right));
        }

        object Lookup(string name) =>
            known.TryGetValue(name, out var value) ? value
            : known[name] = fields.TryGetValue(name, out var field)
                ? field.Evaluate(inner => inner == name ? OfRow(name) : Lookup(inner))
                : OfRow(name);

        object OfRow(string name) =>
            row.ValueKind != JsonValueKind.Object ? throw new FormatException("it is no object.")
            : row.TryGetProperty(name, out var value) ? value : throw new KeyNotFoundException($"it lacks '{name}'.");
    }

    public JsonElement DocumentOf(TaskQuestion question) => question.Row;

    public JsonObject Configure()
    {
        var configuration = new JsonObject { ["doc_to_text"] = contexts.Length > 0 ? definition.Answer : definition.Context };
        if (Output == TaskOutput.MultipleChoice)
        {
            configuration["doc_to_target"] = contexts.Length > 0 ? definition.Target : definition.Answer;
            configuration["doc_to_choice"] = new JsonArray(
                [.. (contexts.Length > 0 ? definition.Contexts : definition.Choices).Select(c => JsonValue.Create(c))]);
        }
        else
        {
            configuration["doc_to_target"] = definition.Target;
        }

        return configuration;
    }
}
