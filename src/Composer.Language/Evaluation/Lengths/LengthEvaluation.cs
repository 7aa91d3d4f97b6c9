using Composer.Language.Corpora;
using Composer.Training.Models;

namespace Composer.Language.Evaluation.Lengths;

/// <summary>
/// Measures whether a model goes on beyond the length of its training: the same held-out tokens, cut into windows of that length and of
/// multiples of it, each token predicted from all before it in its window.
/// </summary>
/// <remarks>Windows do not overlap and begin wherever they fall, in the middle of a document too, as in training.</remarks>
public static class LengthEvaluation
{
    /// <summary>Stretches of places for each length of training that the loss by position is told for.</summary>
    private const int StretchesOfLength = 8;

    /// <param name="model">Takes windows of the largest multiple; only scores.</param>
    /// <param name="heldOut">At least one of the longest windows and a token more; what is left behind the last is not scored.</param>
    /// <param name="trained">Tokens of a sequence in training.</param>
    /// <param name="multiples">Each at least 2, in any order.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops between windows.</param>
    public static LengthResult Run(
        ITrainableModel model,
        ITokenSource heldOut,
        int trained,
        IEnumerable<int> multiples,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        int[] lengths = [trained, .. multiples.Distinct().Order().Select(multiple => checked(trained * multiple))];
        var longest = lengths[^1];
        var blocks = (heldOut.Count - 1) / longest;
        if (blocks < 1)
        {
            throw new ArgumentException($"{heldOut.Count} tokens are no window of {longest} and its next token.", nameof(heldOut));
        }

        // [length][block]: sums over a block's tokens, so that lengths are compared on the same ones.
        double[][] losses = [.. lengths.Select(_ => new double[blocks])];
        double[] beyond = new double[lengths.Length];
        double[] places = new double[longest];
        var (inputs, targets) = (new int[longest], new int[longest]);
        var (logs, predictions) = (new double[longest], new int[longest]);
        for (var block = 0L; block < blocks; block++)
        {
            heldOut.Read(block * longest, inputs);
            heldOut.Read((block * longest) + 1, targets);
            for (var i = 0; i < lengths.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Score(model, lengths[i], inputs, targets, logs, predictions);
                for (var t = 0; t < longest; t++)
                {
                    losses[i][block] -= logs[t];
                    beyond[i] -= t % lengths[i] >= trained ? logs[t] : 0;
                    places[t] -= i == lengths.Length - 1 ? logs[t] : 0;
                }
            }

            progress?.Report((block + 1.0) / blocks);
        }

        var tokens = blocks * longest;
        return new LengthResult(
            trained,
            tokens,
            [.. lengths.Select((length, i) => Window(length, i))],
            [.. Stretches(trained, longest).Select(s => new PositionLoss(
                s.From, s.End, places[s.From..s.End].Sum() / (blocks * (s.End - s.From))))]);

        WindowLoss Window(int length, int i) => i == 0
            ? new WindowLoss(length, losses[0].Sum() / tokens, null, null, null)
            : new WindowLoss(
                length,
                losses[i].Sum() / tokens,
                beyond[i] / (blocks * Enumerable.Range(0, longest).Count(t => t % length >= trained)),
                (losses[i].Sum() - losses[0].Sum()) / tokens,
                StandardError([.. losses[i].Zip(losses[0], (longer, own) => (longer - own) / longest)]));
    }

    /// <summary>One block in windows of a length; the last is shorter where that does not divide it.</summary>
    private static void Score(
        ITrainableModel model, int length, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<double> logs, Span<int> predictions)
    {
        for (var start = 0; start < inputs.Length; start += length)
        {
            var window = new Range(start, Math.Min(start + length, inputs.Length));
            model.Score(inputs[window], targets[window], logs[window], predictions[window]);
        }
    }

    private static IEnumerable<(int From, int End)> Stretches(int trained, int longest)
    {
        var count = Math.Min(longest, StretchesOfLength * (longest / trained));
        return Enumerable.Range(0, count).Select(i => ((int)((long)i * longest / count), (int)((i + 1L) * longest / count)));
    }

    private static double? StandardError(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }
}
