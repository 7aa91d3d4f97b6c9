using Composer.Core;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Evaluation;

/// <summary>The batches of an epoch, its samples in an order drawn for it. The arrays are filled again and again.</summary>
internal sealed class EpochBatches
{
    private readonly TokenBatch full;
    private readonly TokenBatch rest;
    private readonly int[] order;

    public EpochBatches(int samples, int length, int batch)
    {
        order = [.. Enumerable.Range(0, samples)];
        full = Empty(Math.Min(batch, samples), length);
        rest = samples % full.Sequences == 0 ? full : Empty(samples % full.Sequences, length);
    }

    /// <summary>Each batch is valid until the next one is asked for.</summary>
    public IEnumerable<TokenBatch> Of(SampleSet samples, Seed seed)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new Rng(seed).Shuffle<int>(order);
        for (var start = 0; start < order.Length; start += full.Sequences)
        {
            var batch = order.Length - start >= full.Sequences ? full : rest;
            for (var i = 0; i < batch.Sequences; i++)
            {
                samples.InputsOf(order[start + i]).CopyTo(batch.Inputs.AsSpan(i * samples.Length));
                samples.TargetsOf(order[start + i]).CopyTo(batch.Targets.AsSpan(i * samples.Length));
            }

            yield return batch;
        }
    }

    private static TokenBatch Empty(int sequences, int length) =>
        new(sequences, length, new int[sequences * length], new int[sequences * length]);
}
