using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation;

/// <summary>The texts that are scored, as lm-evaluation-harness puts them together.</summary>
internal static class TaskRequests
{
    /// <summary>A question's requests: a context and a continuation each; of a rolling log-likelihood the text alone.</summary>
    /// <param name="task">The task.</param>
    /// <param name="question">One of its questions.</param>
    /// <param name="shots">Examples before it.</param>
    /// <param name="generator">Draws them; one a task, in the order of the questions.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(
        EvaluationTask task, TaskQuestion question, int shots, MersenneTwister generator)
    {
        if (task.Output == TaskOutput.RollingLogLikelihood)
        {
            return [[question.Choices[0]]];
        }

        var before = task.Description + Examples(task, question, shots, generator);
        return [.. question.Choices.Select((_, i) => (string[])[before + question.Contexts[i], task.Continuation(question, i)])];
    }

    /// <summary>Solved questions to stand before another.</summary>
    public static string Examples(EvaluationTask task, TaskQuestion question, int shots, MersenneTwister generator)
    {
        if (shots == 0)
        {
            return "";
        }

        var drawn = generator.Sample(task.ShotPool.Count, shots + (task.DrawsOneMore ? 1 : 0)).Select(d => task.ShotPool[d]);
        var shown = task.DrawsOneMore ? drawn.Where(example => !example.Equals(question)).Take(shots) : drawn;
        return string.Concat(shown.Select(task.Solved));
    }
}
