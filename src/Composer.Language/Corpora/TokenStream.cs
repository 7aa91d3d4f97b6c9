using Composer.Core;
using Composer.Training.Models;

namespace Composer.Language.Corpora;

/// <summary>
/// Cuts a row of tokens into sequences of one length and hands them out in a new random order each epoch.
/// </summary>
/// <remarks>
/// Sequence k has the inputs kT … kT + T − 1 and the targets one further. Where the stream stands is one
/// number, the sequences drawn so far: what comes next is a function of it and the seed alone.
/// </remarks>
public sealed class TokenStream
{
    private readonly ITokenSource source;
    private readonly Seed seed;
    private readonly int[] window;
    private int[] order = [];
    private long orderedEpoch = -1;

    /// <param name="source">At least <paramref name="length"/> + 1 tokens.</param>
    /// <param name="length">T.</param>
    /// <param name="seed">Of the order.</param>
    public TokenStream(ITokenSource source, int length, Seed seed)
    {
        (this.source, Length, this.seed) = (source, length, seed);
        SequencesPerEpoch = checked((int)((source.Count - 1) / length));
        ArgumentOutOfRangeException.ThrowIfLessThan(SequencesPerEpoch, 1, nameof(source));
        window = new int[length + 1];
    }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>Whole sequences in the source; what is left over is not used.</summary>
    public int SequencesPerEpoch { get; }

    /// <summary>Fills a batch with the sequences at a position.</summary>
    /// <param name="position">Sequences drawn before.</param>
    /// <param name="batch">Its length is <see cref="Length"/>.</param>
    public void Fill(long position, TokenBatch batch)
    {
        for (var s = 0; s < batch.Sequences; s++, position++)
        {
            source.Read((long)SequenceAt(position) * Length, window);
            window.AsSpan(0, Length).CopyTo(batch.Inputs.AsSpan(s * Length));
            window.AsSpan(1, Length).CopyTo(batch.Targets.AsSpan(s * Length));
        }
    }

    private int SequenceAt(long position)
    {
        var (epoch, index) = Math.DivRem(position, SequencesPerEpoch);
        if (epoch != orderedEpoch)
        {
            order = [.. Enumerable.Range(0, SequencesPerEpoch)];
            new Rng(seed.Derive("epoch", epoch)).Shuffle<int>(order);
            orderedEpoch = epoch;
        }

        return order[index];
    }
}
