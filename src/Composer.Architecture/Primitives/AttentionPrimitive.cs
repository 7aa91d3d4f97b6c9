namespace Composer.Architecture.Primitives;

/// <summary>Grouped-query attention with rotary positions, causal (Composer, section 2.1): the <c>A</c> layer.</summary>
public sealed class AttentionPrimitive : Primitive
{
    public override char Symbol => 'A';

    public override string Name => "grouped-query attention with RoPE";

    /// <summary>2·dim² for queries and output, 2·dim·head size·kv heads for keys and values.</summary>
    public override long Parameters(ModelShape shape) =>
        checked((2L * shape.Dim * shape.Dim) + (2L * shape.Dim * shape.HeadSize * shape.KvHeads));

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
        checked(12L * sequenceLength * shape.Dim);

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

    public override long CachedValuesPerToken(ModelShape shape) =>
        checked(2L * shape.KvHeads * shape.HeadSize);
}
