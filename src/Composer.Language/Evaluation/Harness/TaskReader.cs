using System.Globalization;
using System.Text.Json;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Reads a task's questions from its files.</summary>
/// <param name="form">What their rows are.</param>
/// <param name="questions">The files of questions, in order.</param>
/// <param name="pool">The files of examples, in order; empty where none are drawn.</param>
internal sealed class TaskReader(ITaskForm form, IReadOnlyList<string> questions, IReadOnlyList<string> pool)
{
    /// <exception cref="UserInputException">A row is none of the task, or there are too few.</exception>
    public EvaluationTask Load(int shots, int limit)
    {
        var (asked, documents) = Read(questions, limit);
        var drawn = Drawn(shots);
        var examples = drawn > 0 ? Read(pool, 0).Questions : [];
        return documents == 0 ? throw NoQuestion()
            : examples.Count < drawn ? throw TooFewExamples(examples.Count, shots, drawn)
            : new EvaluationTask(form.Name, form.Version, asked, examples)
            {
                Output = form.Output,
                Metrics = form.Metrics,
                DrawsOneMore = form.DrawsOneMore,
                Description = form.Description,
                TargetDelimiter = form.TargetDelimiter,
                FewshotDelimiter = form.FewshotDelimiter,
                Documents = documents,
                Configuration = form.Configure(),
                DocumentOf = form.DocumentOf,
            };
    }

    /// <summary>Reads the files through.</summary>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <param name="version">Of the form: another one reads other rows.</param>
    /// <exception cref="UserInputException">A row is none of the task, or there are too few.</exception>
    public void Check(int shots, FactOfFile facts, string version)
    {
        if (questions.Sum(CountOf) == 0)
        {
            throw NoQuestion();
        }

        var drawn = Drawn(shots);
        if (drawn > 0 && pool.Sum(CountOf) is var count && count < drawn)
        {
            throw TooFewExamples(count, shots, drawn);
        }

        int CountOf(string path) => int.Parse(
            facts(path, $"rows of {form.Name} {version}", () => Read([path], 0).Documents.ToString(CultureInfo.InvariantCulture)),
            CultureInfo.InvariantCulture);
    }

    private int Drawn(int shots) => shots == 0 || pool.Count == 0 ? 0 : shots + (form.DrawsOneMore ? 1 : 0);

    private UserInputException NoQuestion() =>
        LanguageMistake.TaskRow(questions[0], 1, "This file holds no question.", "Was it fetched whole? Fetch or write it again.");

    private UserInputException TooFewExamples(int count, int shots, int drawn) => LanguageMistake.TaskRow(
        pool[0], 1, $"This file holds {count} examples; {shots} shots draw {drawn}.", "Lower 'shots', or give more examples.");

    private (List<TaskQuestion> Questions, int Documents) Read(IReadOnlyList<string> paths, int limit)
    {
        var (found, documents) = (new List<TaskQuestion>(), 0);
        foreach (var path in paths)
        {
            foreach (var (line, row) in TaskLines.Read(path))
            {
                // How many there are is told of a limited evaluation too.
                documents++;
                if (limit == 0 || found.Count < limit)
                {
                    found.Add(Read(path, line, row));
                }
            }
        }

        return (found, documents);
    }

    private TaskQuestion Read(string path, int line, JsonElement row)
    {
        var question = HarnessTasks.Read(form, row, out var wrong)
            ?? throw LanguageMistake.TaskRow(path, line, $"This is no row of {form.Name}: {wrong}", HarnessTasks.RemedyOf(row));
        return (uint)question.Gold >= (uint)question.Choices.Count
            ? throw LanguageMistake.TaskRow(path, line, "The answer is none of the choices.", "Mend the row, or leave it out.")
            : question with
            {
                Row = row.Clone(),
                Place = new SourceSpan(path, line, 1, line, 2),
            };
    }
}
