namespace Composer.Architecture.Primitives;

/// <summary>Grouped-query attention with rotary positions, causal (Composer, section 2.1): the <c>A</c> layer.</summary>
public sealed class AttentionPrimitive : Primitive
{
    public override char Symbol => 'A';

    public override string Name => "grouped-query attention with RoPE";

    /// <summary>2·dim² for queries and output, 2·dim·head size·kv heads for keys and values.</summary>
    public override long Parameters(ModelShape shape) =>
        (2L * shape.Dim * shape.Dim) + (2L * shape.Dim * shape.HeadSize * shape.KvHeads);

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
        12L * sequenceLength * shape.Dim;

    public override long CachedValuesPerToken(ModelShape shape) => 2L * shape.KvHeads * shape.HeadSize;
}
