using Composer.Language.Corpora;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>The mean loss over every token of a source but its first, in sequences of one length.</summary>
internal static class ValidationLoss
{
    /// <param name="model">Only evaluated.</param>
    /// <param name="source">At least two tokens; the last sequence may be shorter and is filled with ignored targets.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="sequences">Sequences evaluated at once.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static double Of(ITrainableModel model, ITokenSource source, int length, int sequences, CancellationToken cancellation)
    {
        var total = (source.Count - 1 + length - 1) / length;
        var (loss, counted) = (0.0, 0L);
        for (var first = 0L; first < total; first += sequences)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = BatchAt(source, length, first, (int)Math.Min(sequences, total - first));
            var metrics = model.Evaluate(batch);
            loss += metrics.SummedLoss;
            counted += metrics.CountedTargets;
        }

        return loss / counted;
    }

    private static TokenBatch BatchAt(ITokenSource source, int length, long first, int sequences)
    {
        var inputs = new int[sequences * length];
        var targets = new int[sequences * length];
        Array.Fill(targets, TokenBatch.Ignored);
        for (var s = 0; s < sequences; s++)
        {
            var start = (first + s) * length;
            var count = (int)Math.Min(length, source.Count - 1 - start);
            source.Read(start, inputs.AsSpan(s * length, count));
            source.Read(start + 1, targets.AsSpan(s * length, count));
        }

        return new TokenBatch(sequences, length, inputs, targets);
    }
}
