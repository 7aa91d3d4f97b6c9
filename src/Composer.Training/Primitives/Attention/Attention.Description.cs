using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Primitives.Attention;

/// <summary>Grouped-query attention with rotary positions, causal (Composer, section 2.1): the <c>A</c> layer.</summary>
internal sealed class AttentionDescription : Primitive
{
    public override char Symbol => 'A';

    public override string Name => "grouped-query attention with RoPE";

    public override bool IsSearchedByDefault => true;

    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) => TensorsOf(shape);

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => MixingFlops(shape, sequenceLength);

    /// <summary>Of each position the i + 1 keys that it sees.</summary>
    public override double LeastMixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
        LeastMixingFlops(shape, (sequenceLength + 1) / 2.0);

    /// <summary>2·dim² + 2·head size·kv heads: Equation 6 lacks a factor dim in its second term.</summary>
    public override long PrintedParameters(ModelShape shape) =>
        checked((2L * shape.Dim * shape.Dim) + (2L * shape.HeadSize * shape.KvHeads));

    /// <summary>12·heads·dim, without a sequence length.</summary>
    /// <remarks>
    /// Deduced, not read: together with Equation 6 as printed it is the term that gives the 70.8 B tokens
    /// which the literal formula yields for Llama at 1B and 4e20 FLOPs (12·dim alone gives 70.95 B).
    /// </remarks>
    public override long PrintedMixingFlopsPerToken(ModelShape shape) =>
        checked(12L * shape.Heads * shape.Dim);

    public override long CachedValues(ModelShape shape, int length) => CachedValuesOf(shape, length);

    /// <summary>2·dim² for queries and output, 2·dim·head size·kv heads for keys and values.</summary>
    internal static IReadOnlyList<PrimitiveTensor> TensorsOf(ModelShape shape)
    {
        var keys = shape.KvHeads * shape.HeadSize;
        return
        [
            new("attention.q", shape.Dim, shape.Dim),
            new("attention.k", keys, shape.Dim),
            new("attention.v", keys, shape.Dim),
            new("attention.o", shape.Dim, shape.Dim) { WritesResidual = true },
        ];
    }

    /// <summary>12·dim a key.</summary>
    /// <param name="shape">The widths.</param>
    /// <param name="keys">That a query is scored with.</param>
    internal static long MixingFlops(ModelShape shape, int keys) => checked(12L * keys * shape.Dim);

    /// <summary>Of each key a query sees, 4·dim forward (score, value) and 10·dim backward (the score again, four gradients).</summary>
    /// <param name="shape">The widths.</param>
    /// <param name="keys">That a query sees on average.</param>
    internal static double LeastMixingFlops(ModelShape shape, double keys) => 14 * shape.Dim * keys;

    /// <summary>Keys and values of so many positions.</summary>
    internal static long CachedValuesOf(ModelShape shape, int positions) => checked(2L * shape.KvHeads * shape.HeadSize * positions);
}
