using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

/// <summary>
/// Six tasks of lm-evaluation-harness 0.4.13 with its prompts, read from JSONL with the fields of the
/// published data sets. What the harness computes on the same questions comes out here.
/// </summary>
internal static class HarnessTasks
{
    private sealed record Definition(string Name, bool Normalized, bool DrawsOneMore, Func<JsonElement, ChoiceQuestion> Read);

    private static readonly Definition[] Definitions =
    [
        new("hellaswag", Normalized: true, DrawsOneMore: true, HellaSwag),
        new("piqa", Normalized: true, DrawsOneMore: true, Piqa),
        new("winogrande", Normalized: false, DrawsOneMore: true, Winogrande),
        new("arc_easy", Normalized: true, DrawsOneMore: false, Arc),
        new("arc_challenge", Normalized: true, DrawsOneMore: false, Arc),
        new("sciq", Normalized: true, DrawsOneMore: false, SciQ),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Definitions.Select(d => d.Name)];

    public static EvaluationTask Load(string name, string folder, int shots, int limit)
    {
        var definition = Definitions.Single(d => d.Name == name);
        var files = FilesOf(name, folder, shots);
        var questions = Read(definition, files[0], limit);
        if (questions.Count == 0)
        {
            throw LanguageMistake.TaskRow(files[0], 1, "This file holds no question.");
        }

        var pool = shots > 0 ? Read(definition, files[1], 0) : [];
        var drawn = shots > 0 ? shots + (definition.DrawsOneMore ? 1 : 0) : 0;
        return pool.Count >= drawn
            ? new EvaluationTask(name, 1.0, questions, pool, definition.Normalized, definition.DrawsOneMore)
            : throw LanguageMistake.TaskRow(files[1], 1, $"This file holds {pool.Count} examples; {shots} shots draw {drawn}.");
    }

    public static IReadOnlyList<string> FilesOf(string name, string folder, int shots) =>
        shots > 0 ? [Find(name, folder), Find($"{name}.train", folder)] : [Find(name, folder)];

    private static string Find(string name, string folder)
    {
        var plain = Path.Combine(folder, name + ".jsonl");
        return File.Exists(plain) ? plain
            : File.Exists(plain + TaskLines.Compressed) ? plain + TaskLines.Compressed
            : throw LanguageMistake.FileMissing(plain, "Put the task's questions there as JSONL (or .jsonl.zst), with the fields of the published data set.");
    }

    private static List<ChoiceQuestion> Read(Definition definition, string path, int limit)
    {
        var questions = new List<ChoiceQuestion>();
        foreach (var (line, text) in TaskLines.Read(path))
        {
            if (limit > 0 && questions.Count == limit)
            {
                break;
            }

            try
            {
                using var document = JsonDocument.Parse(text);
                var question = definition.Read(document.RootElement);
                questions.Add((uint)question.Gold < (uint)question.Choices.Count
                    ? question
                    : throw LanguageMistake.TaskRow(path, line, "The answer is none of the choices."));
            }
            catch (JsonException exception)
            {
                throw LanguageMistake.Json(path, line, exception);
            }
            catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw LanguageMistake.TaskRow(path, line, $"This is no row of {definition.Name}: {exception.Message}");
            }
        }

        return questions;
    }

    private static ChoiceQuestion HellaSwag(JsonElement row)
    {
        var context = Text(row, "ctx_a") + " " + PythonText.Capitalize(Text(row, "ctx_b"));
        return new ChoiceQuestion(
            PythonText.CleanHellaSwag(Text(row, "activity_label") + ": " + context),
            [.. row.GetProperty("endings").EnumerateArray().Select(e => PythonText.CleanHellaSwag(e.GetString()!))],
            Integer(row, "label"));
    }

    private static ChoiceQuestion Piqa(JsonElement row) => new(
        $"Question: {Text(row, "goal")}\nAnswer:", [Text(row, "sol1"), Text(row, "sol2")], Integer(row, "label"));

    private static ChoiceQuestion Winogrande(JsonElement row)
    {
        var sentence = Text(row, "sentence");
        var blank = sentence.IndexOf('_', StringComparison.Ordinal);
        if (blank < 0)
        {
            throw new FormatException("the sentence has no '_'.");
        }

        var rest = PythonText.Strip(sentence[(blank + 1)..]);
        return new ChoiceQuestion(
            [sentence[..blank] + Text(row, "option1"), sentence[..blank] + Text(row, "option2")],
            [rest, rest],
            Integer(row, "answer") - 1);
    }

    private static ChoiceQuestion Arc(JsonElement row)
    {
        var choices = row.GetProperty("choices");
        var labels = choices.GetProperty("label").EnumerateArray().Select(l => l.GetString()).ToList();
        return new ChoiceQuestion(
            $"Question: {Text(row, "question")}\nAnswer:",
            [.. choices.GetProperty("text").EnumerateArray().Select(t => t.GetString()!)],
            labels.IndexOf(Text(row, "answerKey")));
    }

    private static ChoiceQuestion SciQ(JsonElement row) => new(
        $"{PythonText.LStrip(Text(row, "support"))}\nQuestion: {Text(row, "question")}\nAnswer:",
        [Text(row, "distractor1"), Text(row, "distractor2"), Text(row, "distractor3"), Text(row, "correct_answer")],
        3);

    private static string Text(JsonElement row, string name) =>
        Field(row, name).GetString() ?? throw new FormatException($"'{name}' is null.");

    // Some data sets write their label as a number, some as text.
    private static int Integer(JsonElement row, string name) =>
        Field(row, name) is { ValueKind: JsonValueKind.String } text
            ? int.Parse(text.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : Field(row, name).GetInt32();

    private static JsonElement Field(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value : throw new KeyNotFoundException($"it lacks '{name}'.");
}
