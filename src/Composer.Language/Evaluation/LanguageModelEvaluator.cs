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
    /// <returns>
    /// The accuracies are over the questions whose every choice fits the window: of a longer one only a part would be scored, which
    /// mostly is the more likely. The harness stops there; here such questions are counted, and left out.
    /// </returns>
    /// <exception cref="Core.Diagnostics.UserInputException">No question fits.</exception>
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
        var (leftOut, contextCut) = (0, 0);
        for (var i = 0; i < task.Questions.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var question = task.Questions[i];
            var examples = Examples(task, question, settings.Shots, shots);
            if (Scores(scorer, question, examples) is { } found)
            {
                contextCut += found.Any(s => s.ContextCut) ? 1 : 0;
                samples.Add(Sample(task.Name, i, question, [.. found.Select(s => s.LogLikelihood!.Value)]));
            }
            else
            {
                leftOut++;
            }

            progress?.Report(i + 1);
        }

        if (samples.Count == 0)
        {
            throw LanguageMistake.NoQuestionFits(task.Name, maximumLength);
        }

        return new HarnessResult(
            task.Name,
            task.Version,
            settings.Shots,
            task.Documents,
            samples.Count,
            leftOut,
            contextCut,
            TaskMetric.Of([.. samples.Select(s => s.Right)]),
            task.Normalized ? TaskMetric.Of([.. samples.Select(s => s.RightNormalized)]) : null,
            task.Chance,
            settings.KeepSamples ? samples : []);
    }

    /// <summary>Refuses a task of which no question fits, before anything is scored.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="task">What will be asked.</param>
    /// <param name="maximumLength">Longest sequence.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">Every question has a choice that is longer than the window.</exception>
    public static void RequireFit(ITokenizer tokenizer, EvaluationTask task, int maximumLength)
    {
        // One question that fits is enough, and mostly the first one does. Examples stand before it: they are cut, and change nothing.
        var scorer = new ContinuationScorer(null, tokenizer, maximumLength);
        if (!task.Questions.Any(q => q.Contexts.Zip(q.Choices).All(c => scorer.Fits(c.First, " " + c.Second))))
        {
            throw LanguageMistake.NoQuestionFits(task.Name, maximumLength);
        }
    }

    /// <summary>Of each choice; null when one is longer than the window, so that the choices cannot be compared.</summary>
    private static ContinuationScore[]? Scores(ContinuationScorer scorer, ChoiceQuestion question, string examples)
    {
        var scores = new ContinuationScore[question.Choices.Count];
        for (var choice = 0; choice < scores.Length; choice++)
        {
            scores[choice] = scorer.Score(examples + question.Contexts[choice], " " + question.Choices[choice]);
            if (scores[choice].LogLikelihood is null)
            {
                return null;
            }
        }

        return scores;
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

    private static TaskSample Sample(string task, int number, ChoiceQuestion question, double[] scores)
    {
        if (!scores.All(double.IsFinite))
        {
            throw new NotFiniteNumberException($"{task}: the model gives question {number + 1} no finite log-likelihood");
        }

        var lengths = question.Choices.Select(PythonText.Length);
        return new TaskSample(
            number,
            scores,
            question.Gold,
            FirstBest(scores) == question.Gold,
            FirstBest([.. scores.Zip(lengths, (s, n) => s / n)]) == question.Gold);
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
