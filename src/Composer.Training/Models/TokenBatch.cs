namespace Composer.Training.Models;

/// <summary>Sequences of one length with a target for each position.</summary>
/// <remarks>Holds the arrays it is given; whoever fills them again owns them. Row-major [Sequences, Length].</remarks>
public sealed class TokenBatch
{
    /// <summary>The target of a position that enters neither loss nor accuracy.</summary>
    public const int Ignored = -1;

    /// <param name="sequences">Number of sequences, at least 1.</param>
    /// <param name="length">Positions of each, at least 1.</param>
    /// <param name="inputs">[sequences, length] token ids in 0 … vocabulary − 1.</param>
    /// <param name="targets">[sequences, length] token ids, or <see cref="Ignored"/>.</param>
    /// <exception cref="ArgumentException">The arrays have another size.</exception>
    public TokenBatch(int sequences, int length, int[] inputs, int[] targets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (inputs.Length != sequences * length || targets.Length != inputs.Length)
        {
            throw new ArgumentException($"A batch of {sequences} × {length} has {sequences * length} tokens.");
        }

        (Sequences, Length, Inputs, Targets) = (sequences, length, inputs, targets);
    }

    /// <summary>Number of sequences.</summary>
    public int Sequences { get; }

    /// <summary>Positions of each sequence.</summary>
    public int Length { get; }

    /// <summary>[Sequences, Length] token ids.</summary>
    public int[] Inputs { get; }

    /// <summary>[Sequences, Length] token ids or <see cref="Ignored"/>.</summary>
    public int[] Targets { get; }

    /// <summary>How many targets count.</summary>
    public int CountedTargets => Targets.Length - Targets.AsSpan().Count(Ignored);

    /// <summary>How many sequences have a target that counts.</summary>
    public int CountedSequences
    {
        get
        {
            var counted = 0;
            for (var sequence = 0; sequence < Sequences; sequence++)
            {
                counted += Counts(sequence) ? 1 : 0;
            }

            return counted;
        }
    }

    /// <summary>Whether a sequence has a target that counts.</summary>
    public bool Counts(int sequence) => Targets.AsSpan(sequence * Length, Length).ContainsAnyExcept(Ignored);
}
