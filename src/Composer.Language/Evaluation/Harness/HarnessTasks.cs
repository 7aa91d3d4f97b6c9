using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Composer.Core.Code;
using Composer.Core.Discovery;

namespace Composer.Language.Evaluation.Harness;

/// <summary>
/// Tasks of lm-evaluation-harness 0.4.13 with its prompts, read from JSONL with the fields of the published data sets.
/// What the harness computes on the same questions comes out here.
/// </summary>
[ListsCodeParts]
internal static class HarnessTasks
{
    /// <summary>The name of every <see cref="HarnessTask"/> that <see cref="Members"/> finds, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Members.Of<HarnessTask>().Select(task => task.Name).Order(StringComparer.Ordinal)];

    /// <summary>Whether there is a task of this name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out HarnessTask? task)
    {
        task = Members.Of<HarnessTask>().FirstOrDefault(t => t.Name == name);
        return task is not null;
    }

    public static EvaluationTask Load(HarnessTask task, string folder, int shots, int limit)
    {
        var files = FilesOf(task.Name, folder, shots);
        var (questions, documents) = Read(task, files[0], limit);
        if (questions.Count == 0)
        {
            throw LanguageMistake.TaskRow(files[0], 1, "This file holds no question.");
        }

        var pool = shots > 0 ? Read(task, files[1], 0).Questions : [];
        var drawn = shots > 0 ? shots + (task.DrawsOneMore ? 1 : 0) : 0;
        return pool.Count >= drawn
            ? new EvaluationTask(task.Name, 1.0, questions, pool, task.Normalized, task.DrawsOneMore) { Documents = documents }
            : throw LanguageMistake.TaskRow(files[1], 1, $"This file holds {pool.Count} examples; {shots} shots draw {drawn}.");
    }

    public static IReadOnlyList<string> FilesOf(string name, string folder, int shots) =>
        shots > 0 ? [Find(name, folder), Find($"{name}.train", folder)] : [Find(name, folder)];

    private static string Find(string name, string folder)
    {
        var plain = Path.Combine(folder, name + ".jsonl");
        return File.Exists(plain) ? plain
            : File.Exists(plain + TaskLines.Compressed) ? plain + TaskLines.Compressed
            : throw LanguageMistake.FileMissing(
                plain, "Put the task's questions there as JSONL (or .jsonl.zst), with the fields of the published data set.");
    }

    private static (List<ChoiceQuestion> Questions, int Documents) Read(HarnessTask task, string path, int limit)
    {
        var (questions, documents) = (new List<ChoiceQuestion>(), 0);
        foreach (var (line, text) in TaskLines.Read(path))
        {
            // How many there are is told of a limited evaluation too.
            documents++;
            if (limit > 0 && questions.Count == limit)
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(text);
                var question = task.Read(document.RootElement);
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
                throw LanguageMistake.TaskRow(path, line, $"This is no row of {task.Name}: {exception.Message}");
            }
        }

        return (questions, documents);
    }
}
