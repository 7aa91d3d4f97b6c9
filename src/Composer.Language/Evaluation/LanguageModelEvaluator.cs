using System.Security.Cryptography;
using System.Text;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;
using Composer.Training.Models;

namespace Composer.Language.Evaluation;

/// <summary>Scores a language model on tasks as lm-evaluation-harness does.</summary>
public static class LanguageModelEvaluator
{
    /// <summary>The harness seeds one generator a task with this and draws in document order.</summary>
    internal const uint ShotSeed = 1234;

    /// <param name="model">A language model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="task">What is asked.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Told the number of questions done.</param>
    /// <param name="cancellation">Stops between questions.</param>
    /// <returns>
    /// A context that is too long loses its beginning, and such questions are counted. Of a continuation longer than the window only
    /// a part could be scored, which mostly is the more likely: there the harness stops, and so does this, but for generated
    /// questions, which are left out and counted.
    /// </returns>
    /// <exception cref="Core.Diagnostics.UserInputException">A continuation is longer than the window, or has no token.</exception>
    /// <exception cref="NotFiniteNumberException">The model's parameters are no numbers any more, or too large.</exception>
    public static HarnessResult Evaluate(
        ITrainableModel model,
        ITokenizer tokenizer,
        EvaluationTask task,
        HarnessSettings settings,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        var window = settings.MaximumLength > 0 ? settings.MaximumLength : model.Configuration.MaximumLength;
        var scorer = new ContinuationScorer(model, tokenizer, window, settings.AddBosToken);
        var shots = new MersenneTwister(ShotSeed);
        var (samples, hashes) = (new List<TaskSample>(task.Questions.Count), new StringBuilder());
        var (leftOut, contextCut) = (0, 0);
        for (var i = 0; i < task.Questions.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var question = task.Questions[i];
            var requests = TaskRequests.Of(task, question, settings.Shots, shots);
            if (Responses(scorer, task, i, requests, window, out var isCut) is { } responses)
            {
                contextCut += isCut ? 1 : 0;
                var sample = Sample(task, i, requests, responses);
                hashes.Append(HarnessSamples.HashesOf(task, sample).Joined);
                samples.Add(settings.KeepSamples ? sample : sample with { Requests = [] });
            }
            else
            {
                leftOut++;
            }

            progress?.Report(i + 1);
        }

        return new HarnessResult(
            task,
            settings.Shots,
            samples.Count,
            leftOut,
            contextCut,
            samples.Count == 0 ? [] : [.. task.Metrics.Select(metric => HarnessScores.Of(metric, samples, settings.Threads))],
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashes.ToString()))),
            settings.KeepSamples ? samples : []);
    }

    /// <summary>Refuses a task that has a question whose continuation the window cannot hold, before anything is scored.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="task">What will be asked.</param>
    /// <param name="maximumLength">Longest sequence.</param>
    /// <returns>How many questions fit: fewer than there are only of a task that leaves out what is too long.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">A continuation is longer than the window.</exception>
    public static int RequireFit(ITokenizer tokenizer, EvaluationTask task, int maximumLength)
    {
        if (task.Output == TaskOutput.RollingLogLikelihood)
        {
            return task.Questions.Count;
        }

        // Examples stand before the context: they are cut, and change nothing.
        var encoder = new RequestEncoder(tokenizer, maximumLength, addBosToken: null);
        var fits = 0;
        for (var i = 0; i < task.Questions.Count; i++)
        {
            var choices = Enumerable.Range(0, task.Questions[i].Choices.Count);
            fits += choices.All(choice => Fits(encoder, task, i, choice, maximumLength)) ? 1 : 0;
        }

        return fits;
    }

    /// <summary>
    /// How many tokens a model is fed for a task, and in how many sequences, about: by the true texts and the bytes of a token.
    /// </summary>
    /// <param name="task">What will be asked.</param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="window">Longest sequence.</param>
    /// <param name="tokenizer">Tells the bytes of a token by the first requests; null where it is not known.</param>
    /// <param name="bytesOfToken">About, where there is no tokenizer.</param>
    public static (double Tokens, double Sequences) CountTokens(
        EvaluationTask task, int shots, int window, ITokenizer? tokenizer, double bytesOfToken)
    {
        const int Sampled = 64;
        var generator = new MersenneTwister(ShotSeed);
        IReadOnlyList<string>[] requests = [.. task.Questions.SelectMany(q => TaskRequests.Of(task, q, shots, generator))];
        if (tokenizer is not null)
        {
            var tokens = new List<int>();
            var texts = requests.Take(Sampled).Select(r => string.Concat(r)).ToList();
            texts.ForEach(text => tokenizer.Encode(text, tokens));
            bytesOfToken = Math.Max(1, (double)texts.Sum(t => Encoding.UTF8.GetByteCount(t)) / Math.Max(1, tokens.Count));
        }

        var lengths = requests.Select(r => r.Sum(t => Encoding.UTF8.GetByteCount(t)) / bytesOfToken).ToList();
        return task.Output == TaskOutput.RollingLogLikelihood
            ? (lengths.Sum(), lengths.Sum(length => Math.Ceiling(length / window)))
            : (lengths.Sum(length => Math.Min(length, window)), lengths.Count);
    }

    private static bool Fits(RequestEncoder encoder, EvaluationTask task, int number, int choice, int window)
    {
        var question = task.Questions[number];
        var (context, continuation) = (question.Contexts[choice], task.Continuation(question, choice));

        // A token has at least one byte; and one more word of the context may be taken apart where the two meet.
        var word = context.Length - Math.Max(0, context.LastIndexOf(' '));
        if (Encoding.UTF8.GetByteCount(continuation) + (4 * word) <= window)
        {
            return true;
        }

        var request = encoder.Continuation(context, continuation);
        return request.Fits || task.LeavesOutWhatIsTooLong
            ? request.Fits
            : throw Mistake(task, number, choice, request.Continuation.Length, window);
    }

    /// <summary>Of each request; null when one is too long of a question that may be left out.</summary>
    private static (double, bool)[]? Responses(
        ContinuationScorer scorer,
        EvaluationTask task,
        int number,
        IReadOnlyList<IReadOnlyList<string>> requests,
        int window,
        out bool isCut)
    {
        isCut = false;
        var responses = new (double, bool)[requests.Count];
        for (var i = 0; i < responses.Length; i++)
        {
            if (requests[i] is [var text])
            {
                responses[i] = (scorer.ScoreRolling(text), false);
            }
            else
            {
                var score = scorer.Score(requests[i][0], requests[i][1]);
                if (score.LogLikelihood is null)
                {
                    return task.LeavesOutWhatIsTooLong ? null : throw Mistake(task, number, i, score.Tokens, window);
                }

                responses[i] = (score.LogLikelihood.Value, score.IsGreedy);
                isCut |= score.ContextCut;
            }

            if (!double.IsFinite(responses[i].Item1))
            {
                throw new NotFiniteNumberException($"{task.Name}: the model gives question {number + 1} no finite log-likelihood");
            }
        }

        return responses;
    }

    private static Exception Mistake(EvaluationTask task, int number, int choice, int tokens, int window) =>
        LanguageMistake.ContinuationDoesNotFit(
            task.Name, task.Questions[number].Place, number, task.Output == TaskOutput.MultipleChoice ? choice : null, tokens, window);

    private static TaskSample Sample(
        EvaluationTask task, int number, IReadOnlyList<IReadOnlyList<string>> requests, (double LogLikelihood, bool IsGreedy)[] responses)
    {
        var question = task.Questions[number];
        double[] scores = [.. responses.Select(r => r.LogLikelihood)];
        return new TaskSample(number, question, requests, responses, [.. task.Metrics.Select(metric => (metric, ValueOf(metric)))]);

        double ValueOf(EvaluationMetric metric) => (metric, task.Output) switch
        {
            (EvaluationMetric.Accuracy, TaskOutput.LogLikelihood) => responses[0].IsGreedy ? 1 : 0,
            (EvaluationMetric.Accuracy, _) => FirstBest(scores) == question.Gold ? 1 : 0,
            (EvaluationMetric.NormalizedAccuracy, _) =>
                FirstBest([.. scores.Zip(question.Choices, (s, choice) => s / PythonText.Length(choice))]) == question.Gold ? 1 : 0,
            _ => scores[0],
        };
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
