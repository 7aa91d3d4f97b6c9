using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;
using Composer.Training.Models;

namespace Composer.Language.Evaluation;

/// <summary>The log-likelihood of a continuation given a context, as lm-evaluation-harness encodes and cuts both.</summary>
/// <param name="model">A language model; null where nothing is scored.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="maximumLength">Longest sequence.</param>
/// <param name="addBosToken">Whether special tokens go around every text; null: as the tokenizer does by itself.</param>
internal sealed class ContinuationScorer(ITrainableModel? model, ITokenizer tokenizer, int maximumLength, bool? addBosToken = null)
{
    private readonly List<int> whole = [];
    private readonly List<int> given = [];

    /// <summary>The scores, in nats, summed over the continuation's tokens; and what did not fit.</summary>
    public ContinuationScore Score(string context, string continuation)
    {
        var (first, contextLength) = Cut(context, continuation);
        if (IsShort(first, contextLength))
        {
            return new ContinuationScore(null, ContextCut: true);
        }

        var length = whole.Count - 1 - first;
        var (inputs, targets) = (new int[length], new int[length]);
        for (var i = 0; i < length; i++)
        {
            inputs[i] = whole[first + i];
            targets[i] = first + i + 1 >= contextLength ? whole[first + i + 1] : TokenBatch.Ignored;
        }

        if (targets.AsSpan().IndexOfAnyExcept(TokenBatch.Ignored) < 0)
        {
            return new ContinuationScore(0, first > 0); // An empty continuation is certain.
        }

        var scores = new double[length];
        model!.Score(inputs, targets, scores, new int[length]);
        return new ContinuationScore(scores.Sum(), first > 0);
    }

    /// <summary>Whether every token of the continuation can be scored; computes nothing.</summary>
    public bool Fits(string context, string continuation)
    {
        var (first, contextLength) = Cut(context, continuation);
        return !IsShort(first, contextLength);
    }

    /// <summary>The first of the last tokens that fit, and one more to predict; and how many tokens of all are context.</summary>
    private (int First, int ContextLength) Cut(string context, string continuation)
    {
        var contextLength = Encode(context, continuation);
        return (Math.Max(0, whole.Count - (maximumLength + 1)), contextLength);
    }

    /// <summary>Whether the continuation's first token would not be predicted.</summary>
    private static bool IsShort(int first, int contextLength) => first + 1 > contextLength;

    /// <summary>Fills <see cref="whole"/> with what the model is fed and returns how many of its tokens are context.</summary>
    private int Encode(string context, string continuation)
    {
        whole.Clear();
        given.Clear();
        if (context.Length == 0)
        {
            tokenizer.Encode(continuation, whole);
            if (whole.Count == 0 || whole[0] != tokenizer.BosId)
            {
                whole.Insert(0, tokenizer.BosId);
            }

            return 1;
        }

        // White space at the context's end belongs to the continuation's first token.
        EncodeWithSpecials(context + continuation, whole);
        EncodeWithSpecials(PythonText.RStrip(context), given);
        if (given.Count == 0)
        {
            whole.Insert(0, tokenizer.BosId);
            return 1;
        }

        // The context is fed as it is encoded alone, also where its last token and the continuation's first would be one.
        var shared = Math.Min(given.Count, whole.Count);
        for (var i = 0; i < shared; i++)
        {
            whole[i] = given[i];
        }

        whole.AddRange(given[shared..]);
        return given.Count;
    }

    /// <summary>With the tokenizer's own special tokens around it, or as <c>addBosToken</c> says; never a second BOS.</summary>
    private void EncodeWithSpecials(string text, List<int> tokens)
    {
        var isMarked = tokenizer.BosText is { Length: > 0 } bos && text.StartsWith(bos, StringComparison.Ordinal);
        var adds = !isMarked && addBosToken != false;
        if (adds)
        {
            tokens.AddRange(
                tokenizer.SpecialsBefore.Count > 0 || addBosToken is null ? tokenizer.SpecialsBefore : [tokenizer.BosId]);
        }

        tokenizer.Encode(text, tokens);
        if (adds)
        {
            tokens.AddRange(tokenizer.SpecialsAfter);
        }
    }
}

/// <summary>How likely a continuation is.</summary>
/// <param name="LogLikelihood">
/// In nats; null when it is longer than the window: the sum over a part of it would be another quantity.
/// </param>
/// <param name="ContextCut">Whether the beginning of the context was cut off.</param>
internal readonly record struct ContinuationScore(double? LogLikelihood, bool ContextCut);
