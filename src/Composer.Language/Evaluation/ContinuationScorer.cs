using Composer.Language.Tokenizers;
using Composer.Training.Models;

namespace Composer.Language.Evaluation;

/// <summary>The log-likelihood of a continuation given a context, one sequence at a time: nothing beside it changes it.</summary>
/// <param name="model">A language model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="maximumLength">Longest sequence.</param>
/// <param name="addBosToken">Whether special tokens go around every text; null: as the tokenizer does by itself.</param>
internal sealed class ContinuationScorer(ITrainableModel model, ITokenizer tokenizer, int maximumLength, bool? addBosToken = null)
{
    private readonly RequestEncoder encoder = new(tokenizer, maximumLength, addBosToken);

    /// <summary>The score, in nats, summed over the continuation's tokens; and what did not fit.</summary>
    public ContinuationScore Score(string context, string continuation)
    {
        var request = encoder.Continuation(context, continuation);
        return request.Fits ? Score(request) : new ContinuationScore(null, request.IsCut, false, request.Continuation.Length);
    }

    /// <summary>The score of a whole text, window by window; 0 of one without tokens.</summary>
    public double ScoreRolling(string text) => encoder.Rolling(text).Sum(window => Score(window).LogLikelihood!.Value);

    private ContinuationScore Score(EncodedRequest request)
    {
        var (length, scored) = (request.Inputs.Length, request.Continuation.Length);
        var targets = new int[length];
        targets.AsSpan().Fill(TokenBatch.Ignored);
        request.Continuation.CopyTo(targets, length - scored);
        var (scores, predictions) = (new double[length], new int[length]);
        model.Score(request.Inputs, targets, scores, predictions);
        return new ContinuationScore(
            scores.Sum(), request.IsCut, predictions.AsSpan(length - scored).SequenceEqual(request.Continuation), scored);
    }
}

/// <summary>How likely a continuation is.</summary>
/// <param name="LogLikelihood">
/// In nats; null when it has no token or is longer than the window: the sum over a part of it would be another quantity.
/// </param>
/// <param name="ContextCut">Whether the beginning of the context was cut off.</param>
/// <param name="IsGreedy">Whether each of its tokens is the most likely one.</param>
/// <param name="Tokens">How many it has.</param>
internal readonly record struct ContinuationScore(double? LogLikelihood, bool ContextCut, bool IsGreedy, int Tokens);
