using Composer.Core.Facts;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Evaluation.Stories;

namespace Composer.Language.Evaluation;

/// <summary>Finds evaluation tasks by name.</summary>
public static class EvaluationTasks
{
    /// <summary>Every name, the harness's first.</summary>
    public static IReadOnlyList<string> Names => [.. HarnessTasks.Names, .. StoryTasks.Names];

    /// <summary>Whether a task is generated, so that it needs no file.</summary>
    public static bool IsBuiltIn(string name) => StoryTasks.Names.Contains(name);

    /// <summary>Whether a task is one of lm-evaluation-harness's that this program knows.</summary>
    public static bool IsOfHarness(string name) => HarnessTasks.TryGet(name, out _);

    /// <summary>The files of a task that is not built in: the questions, and the pool of examples when there are shots.</summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing.</exception>
    public static IReadOnlyList<string> FilesOf(string name, string folder, int shots) =>
        !IsBuiltIn(name) && HarnessTasks.TryGet(name, out var task) ? HarnessTasks.FilesOf(task, folder, shots) : [];

    /// <summary>Reads a task's files through before anything is computed.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Holds the files.</param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">One is missing, or something in it is wrong.</exception>
    public static void Check(string name, string folder, int shots, FactOfFile facts)
    {
        if (!IsBuiltIn(name) && HarnessTasks.TryGet(name, out var task))
        {
            HarnessTasks.ReaderOf(task, folder, shots).Check(shots, facts, "1");
        }
    }

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">
    /// Holds <c>NAME.jsonl</c> (or <c>.jsonl.gz</c>, <c>.jsonl.zst</c>, <c>.parquet</c>) and, for shots, <c>NAME.train.jsonl</c>.
    /// </param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="limit">Questions at most; 0 takes all, of the built-in tasks <see cref="StoryTasks.DefaultQuestions"/>.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">No such task, or its file is missing or wrong.</exception>
    public static EvaluationTask Load(string name, string folder, int shots, int limit) =>
        IsBuiltIn(name) ? StoryTasks.Create(name, limit)
        : HarnessTasks.TryGet(name, out var task) ? HarnessTasks.ReaderOf(task, folder, shots).Load(shots, limit)
        : throw LanguageMistake.UnknownTask(name, Names);
}
