using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
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

    /// <summary>What reads a task's files in a folder.</summary>
    /// <exception cref="UserInputException">One is missing.</exception>
    public static TaskReader ReaderOf(HarnessTask task, string folder, int shots) => new(
        task,
        [Find(task.Name, folder)],
        shots == 0 || task.Output == TaskOutput.RollingLogLikelihood ? []
        : [Find(task.DrawsFromQuestions ? task.Name : $"{task.Name}.train", folder)]);

    public static IReadOnlyList<string> FilesOf(HarnessTask task, string folder, int shots) =>
        shots > 0 && !task.DrawsFromQuestions
            ? [Find(task.Name, folder), Find($"{task.Name}.train", folder)]
            : [Find(task.Name, folder)];

    /// <summary>The question of a row; null with what is wrong with it.</summary>
    public static TaskQuestion? Read(ITaskForm task, JsonElement row, out string? wrong)
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
    public static string RemedyOf(JsonElement row)
    {
        var others = ThatRead(row);
        return others.Count > 0
            ? $"It is a row of {string.Join(" or ", others)}: put the right file there."
            : "Give it the fields of the published data set.";
    }

    private static string Find(string name, string folder) =>
        TaskLines.Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists)
        ?? throw LanguageMistake.FileMissing(
            Path.Combine(folder, name + TaskLines.Endings[0]),
            $"Put the task's questions there as JSONL, plain or packed, or Parquet ({string.Join(", ", TaskLines.Endings)}), with the "
            + $"fields of the published data set.");
}
