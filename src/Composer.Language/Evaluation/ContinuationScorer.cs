using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;
using Composer.Training.Models;

namespace Composer.Language.Evaluation;

/// <summary>The log-likelihood of a continuation given a context, as lm-evaluation-harness encodes and cuts both.</summary>
/// <param name="model">A language model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="maximumLength">Longest sequence.</param>
internal sealed class ContinuationScorer(ITrainableModel model, ITokenizer tokenizer, int maximumLength)
{
    private readonly List<int> whole = [];
    private readonly List<int> given = [];

    /// <summary>Summed over the continuation's tokens, in nats.</summary>
    public double Score(string context, string continuation)
    {
        var contextLength = Encode(context, continuation);

        // The last tokens that fit, and one more to predict.
        var first = Math.Max(0, whole.Count - (maximumLength + 1));
        var length = whole.Count - 1 - first;
        var (inputs, targets) = (new int[length], new int[length]);
        for (var i = 0; i < length; i++)
        {
            inputs[i] = whole[first + i];
            targets[i] = first + i + 1 >= contextLength ? whole[first + i + 1] : TokenBatch.Ignored;
        }

        if (targets.AsSpan().IndexOfAnyExcept(TokenBatch.Ignored) < 0)
        {
            return 0; // An empty continuation is certain.
        }

        var scores = new double[length];
        model.Score(inputs, targets, scores, new int[length]);
        return scores.Sum();
    }

    /// <summary>Fills <see cref="whole"/> and returns how many of its tokens are context.</summary>
    private int Encode(string context, string continuation)
    {
        whole.Clear();
        if (context.Length == 0)
        {
            whole.Add(tokenizer.BosId);
            tokenizer.Encode(continuation, whole);
            return 1;
        }

        // White space at the context's end belongs to the continuation's first token.
        var stripped = PythonText.RStrip(context);
        tokenizer.Encode(context + continuation, whole);
        given.Clear();
        tokenizer.Encode(stripped, given);
        if (given.Count > 0)
        {
            return given.Count;
        }

        whole.Insert(0, tokenizer.BosId);
        return 1;
    }
}
