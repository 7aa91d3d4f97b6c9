using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;
using Composer.Training.Models;

namespace Composer.Language.Evaluation;

/// <summary>Scores a language model on multiple-choice tasks as lm-evaluation-harness does.</summary>
public static class LanguageModelEvaluator
{
    // The harness seeds one generator a task with this and draws in document order.
    private const uint ShotSeed = 1234;
    private const string ShotDelimiter = "\n\n";

    /// <param name="model">A language model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="task">What is asked.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Told the number of questions done.</param>
    /// <param name="cancellation">Stops between questions.</param>
    /// <exception cref="NotFiniteNumberException">The model's parameters are no numbers any more, or too large.</exception>
    public static HarnessResult Evaluate(
        ITrainableModel model,
        ITokenizer tokenizer,
        EvaluationTask task,
        HarnessSettings settings,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        var maximumLength = settings.MaximumLength > 0 ? settings.MaximumLength : model.Configuration.MaximumLength;
        var scorer = new ContinuationScorer(model, tokenizer, maximumLength, settings.AddBosToken);
        var shots = new MersenneTwister(ShotSeed);
        var samples = new List<TaskSample>(task.Questions.Count);
        for (var i = 0; i < task.Questions.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var question = task.Questions[i];
            var examples = Examples(task, question, settings.Shots, shots);
            var scores = new double[question.Choices.Count];
            for (var choice = 0; choice < scores.Length; choice++)
            {
                scores[choice] = scorer.Score(examples + question.Contexts[choice], " " + question.Choices[choice]);
            }

            if (!scores.All(double.IsFinite))
            {
                throw new NotFiniteNumberException($"{task.Name}: the model gives question {i + 1} no finite log-likelihood");
            }

            var lengths = question.Choices.Select(PythonText.Length);
            samples.Add(new TaskSample(
                i,
                scores,
                question.Gold,
                FirstBest(scores) == question.Gold,
                FirstBest([.. scores.Zip(lengths, (s, n) => s / n)]) == question.Gold));
            progress?.Report(i + 1);
        }

        return new HarnessResult(
            task.Name,
            task.Version,
            settings.Shots,
            samples.Count,
            TaskMetric.Of([.. samples.Select(s => s.Right)]),
            task.Normalized ? TaskMetric.Of([.. samples.Select(s => s.RightNormalized)]) : null,
            task.Chance,
            settings.KeepSamples ? samples : []);
    }

    internal static string Examples(EvaluationTask task, ChoiceQuestion question, int shots, MersenneTwister generator)
    {
        if (shots == 0)
        {
            return "";
        }

        var drawn = generator.Sample(task.ShotPool.Count, shots + (task.DrawsOneMore ? 1 : 0));
        return string.Concat(drawn.Select(d => task.ShotPool[d])
            .Where(example => !example.Equals(question))
            .Take(shots)
            .Select(example => example.Solved + ShotDelimiter));
    }

    private static int FirstBest(double[] scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
