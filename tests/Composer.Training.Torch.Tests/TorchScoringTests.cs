using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Torch.Tests;

/// <summary>A sequence's scores are the same bits whatever was scored before it, in whatever order, with whatever threads.</summary>
public class TorchScoringTests
{
    private static readonly (int[] Inputs, int[] Targets)[] Sequences = Draw();

    [TorchFact]
    public void Threads_and_order_change_no_bit_of_a_score()
    {
        var expected = Score([.. Enumerable.Range(0, Sequences.Length)], threads: 1);
        foreach (var threads in (int[])[1, 2, 3, 8])
        {
            int[] order = [.. Enumerable.Range(0, Sequences.Length)];
            new Rng(new Seed((ulong)threads)).Shuffle<int>(order);
            var scores = Score(order, threads);
            Assert.All(Enumerable.Range(0, order.Length), i => Assert.Equal(expected[order[i]], scores[i]));
        }
    }

    [TorchTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Batches_of_other_work_between_sequences_change_no_bit_of_a_score(int batch)
    {
        var expected = Score([.. Enumerable.Range(0, Sequences.Length)], threads: 2);
        using var model = TorchModels.Create(TorchModels.Small);
        var between = TorchModels.Batches(TorchModels.Small, batch, 1).First();
        for (var i = 0; i < Sequences.Length; i++)
        {
            model.Evaluate(between);
            Assert.Equal(expected[i], Score(model, Sequences[i]));
        }
    }

    private static long[][] Score(int[] order, int threads)
    {
        using var model = TorchModels.Create(TorchModels.Small, threads: threads);
        return [.. order.Select(i => Score(model, Sequences[i]))];
    }

    private static long[] Score(ITrainableModel model, (int[] Inputs, int[] Targets) sequence)
    {
        var scores = new double[sequence.Inputs.Length];
        model.Score(sequence.Inputs, sequence.Targets, scores, new int[scores.Length]);
        return [.. scores.Select(BitConverter.DoubleToInt64Bits)];
    }

    /// <summary>Of all lengths, one token and the whole window too, with a few targets at the end.</summary>
    private static (int[] Inputs, int[] Targets)[] Draw()
    {
        var rng = new Rng(new Seed(4));
        var (vocabulary, window) = (TorchModels.Small.Vocabulary, TorchModels.Small.MaximumLength);
        return [.. new[] { 1, window, 2, 17, 33, window - 1, 5, 64, 8 }.Select(length =>
        {
            var scored = 1 + rng.NextInt(length);
            int[] tokens = [.. Enumerable.Range(0, length + 1).Select(_ => rng.NextInt(vocabulary))];
            int[] targets = [.. tokens[1..].Select((token, i) => i >= length - scored ? token : TokenBatch.Ignored)];
            return (tokens[..length], targets);
        })];
    }
}
