using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Core.Discovery;
using Composer.Core.Facts;

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
            throw NoQuestion(files[0]);
        }

        var pool = shots > 0 ? Read(task, files[1], 0).Questions : [];
        var drawn = Drawn(task, shots);
        return pool.Count >= drawn
            ? new EvaluationTask(task.Name, 1.0, questions, pool, task.Normalized, task.DrawsOneMore) { Documents = documents }
            : throw TooFewExamples(files[1], pool.Count, shots, drawn);
    }

    public static IReadOnlyList<string> FilesOf(string name, string folder, int shots) =>
        shots > 0 ? [Find(name, folder), Find($"{name}.train", folder)] : [Find(name, folder)];

    /// <summary>Reads a task's files through.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing, a row is none of the task, or there are too few.</exception>
    public static void Check(HarnessTask task, string folder, int shots, FactOfFile facts)
    {
        var counts = FilesOf(task.Name, folder, shots).Select(path => (Path: path, Count: int.Parse(
            facts(path, $"rows of {task.Name} 1", () => Read(task, path, 0).Documents.ToString(CultureInfo.InvariantCulture)),
            CultureInfo.InvariantCulture))).ToList();
        if (counts[0].Count == 0)
        {
            throw NoQuestion(counts[0].Path);
        }

        var drawn = Drawn(task, shots);
        if (shots > 0 && counts[1].Count < drawn)
        {
            throw TooFewExamples(counts[1].Path, counts[1].Count, shots, drawn);
        }
    }

    private static int Drawn(HarnessTask task, int shots) => shots > 0 ? shots + (task.DrawsOneMore ? 1 : 0) : 0;

    private static UserInputException NoQuestion(string path) =>
        LanguageMistake.TaskRow(path, 1, "This file holds no question.", "Was it fetched whole? Fetch or write it again.");

    private static UserInputException TooFewExamples(string path, int count, int shots, int drawn) => LanguageMistake.TaskRow(
        path, 1, $"This file holds {count} examples; {shots} shots draw {drawn}.", "Lower 'shots', or give more examples.");

    private static string Find(string name, string folder) =>
        TaskLines.Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists)
        ?? throw LanguageMistake.FileMissing(
            Path.Combine(folder, name + TaskLines.Endings[0]),
            $"Put the task's questions there as JSONL, plain or packed, or Parquet ({string.Join(", ", TaskLines.Endings)}), with the "
            + $"fields of the published data set.");

    private static (List<ChoiceQuestion> Questions, int Documents) Read(HarnessTask task, string path, int limit)
    {
        var (questions, documents) = (new List<ChoiceQuestion>(), 0);
        foreach (var (line, row) in TaskLines.Read(path))
        {
            // How many there are is told of a limited evaluation too.
            documents++;
            if (limit > 0 && questions.Count == limit)
            {
                continue;
            }

            var question = Read(task, row, out var wrong)
                ?? throw LanguageMistake.TaskRow(path, line, $"This is no row of {task.Name}: {wrong}", RemedyOf(row));
            questions.Add((uint)question.Gold < (uint)question.Choices.Count
                ? question
                : throw LanguageMistake.TaskRow(path, line, "The answer is none of the choices.", "Mend the row, or leave it out."));
        }

        return (questions, documents);
    }

    private static ChoiceQuestion? Read(HarnessTask task, JsonElement row, out string? wrong)
    {
        try
        {
            wrong = null;
            return task.Read(row);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            wrong = exception.Message;
            return null;
        }
    }

    /// <summary>The names of the tasks that a row can be of.</summary>
    public static List<string> ThatRead(JsonElement row) =>
    [
        .. Members.Of<HarnessTask>().Where(task => Read(task, row, out _) is not null)
            .Select(task => task.Name)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Says of a row of another task that it is.</summary>
    private static string RemedyOf(JsonElement row)
    {
        var others = ThatRead(row);
        return others.Count > 0
            ? $"It is a row of {string.Join(" or ", others)}: put the right file there."
            : "Give it the fields of the published data set.";
    }
}
