using Composer.Training.Models;
using Composer.Training.Torch.Heads;
using Composer.Training.Torch.Primitives;

namespace Composer.Training.Torch.Network;

/// <summary>How a batch goes through the network so that its activations stay below a budget.</summary>
/// <param name="Sequences">Of the batch.</param>
/// <param name="SequencesAtOnce">Of a micro-batch, at least one.</param>
/// <param name="Recomputed">The first so many layers keep their input alone, and run forward again when backward comes to them.</param>
/// <param name="Bytes">What a micro-batch takes at most, as estimated.</param>
/// <remarks>
/// A function of the model, the length and the budget alone, never of what is free: the split decides the order of sums.
/// Smaller micro-batches come first, since they cost nothing but a little of the device's use; where one sequence alone
/// is too much, as few layers as possible are recomputed, each a third of its own operations more.
/// </remarks>
internal sealed record ActivationPlan(int Sequences, int SequencesAtOnce, int Recomputed, long Bytes)
{
    /// <summary>Micro-batches of the batch.</summary>
    public int Parts => (Sequences + SequencesAtOnce - 1) / SequencesAtOnce;

    /// <summary>Its first sequence and how many it has.</summary>
    public (int Start, int Count) Part(int index)
    {
        var start = index * SequencesAtOnce;
        return (start, Math.Min(SequencesAtOnce, Sequences - start));
    }

    /// <param name="configuration">The model.</param>
    /// <param name="length">Positions of a sequence.</param>
    /// <param name="sequences">Of the batch.</param>
    /// <param name="budgetBytes">At least one sequence goes at once, even if it takes more.</param>
    /// <param name="element">Bytes of a product's number.</param>
    /// <param name="tokensAtOnce">Of a micro-batch of more than one sequence, at most.</param>
    /// <param name="fewestParts">Micro-batches at least, where there are as many sequences.</param>
    public static ActivationPlan Of(
        ModelConfiguration configuration, int length, int sequences, long budgetBytes, int element, int tokensAtOnce, int fewestParts)
    {
        var kept = configuration.Layers
            .Select(symbol => PrimitiveForm.Of(symbol).KeptBytes(configuration.Shape, element, length) * length)
            .ToList();
        var recomputed = 0;
        while (recomputed < kept.Count && Estimate(1, recomputed) > budgetBytes)
        {
            recomputed++;
        }

        var atOnce = 1;
        while (recomputed == 0
                && atOnce < Math.Min((sequences + fewestParts - 1) / fewestParts, tokensAtOnce / length)
                && Estimate(atOnce + 1, 0) <= budgetBytes)
        {
            atOnce++;
        }

        return new ActivationPlan(sequences, atOnce, recomputed, Estimate(atOnce, recomputed));

        long Estimate(int count, int without)
        {
            // The embedded tokens, and what flows back; a layer's own gradients are about what it keeps.
            var stream = 4L * configuration.Shape.Dim * length * count;
            var widest = count * kept.DefaultIfEmpty().Max();
            var inputs = stream * (without + 3);
            var late = count * kept.Skip(without).Sum();
            var head = TorchHead.BytesOf(configuration.Vocabulary, (long)length * count);
            return inputs + Math.Max(late + Math.Max(head, widest), without > 0 ? 2 * widest : 0);
        }
    }
}
