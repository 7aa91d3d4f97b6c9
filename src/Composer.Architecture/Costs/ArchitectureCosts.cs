using Composer.Architecture.Primitives;

namespace Composer.Architecture.Costs;

/// <summary>
/// What an architecture costs: parameters, training FLOPs and KV cache. They depend on how many layers of
/// each primitive there are, not on their order (Composer, section 2.4 and appendix).
/// </summary>
/// <remarks>Immutable. Exact integers; <see cref="OverflowException"/> rather than a wrong number.</remarks>
public sealed class ArchitectureCosts
{
    /// <summary>A length that every window is shorter than.</summary>
    private const int Long = 1 << 24;

    private readonly (Primitive Primitive, int Count)[] counts;
    private readonly ModelShape shape;

    private ArchitectureCosts((Primitive Primitive, int Count)[] counts, ModelShape shape) =>
        (this.counts, this.shape) = (counts, shape);

    /// <summary>Layers of all kinds.</summary>
    public int Layers { get; private init; }

    /// <summary>
    /// Parameters of the layers without norms and embedding: what the paper calls the size, m and M of its
    /// extrapolation.
    /// </summary>
    public long LayerParameters { get; private init; }

    /// <summary>Of <see cref="LayerParameters"/> those that a token goes through: what operations and budgets count.</summary>
    public long ActiveLayerParameters { get; private init; }

    /// <summary><see cref="LayerParameters"/> with the attention layer as Equation 6 prints it.</summary>
    public long PrintedLayerParameters { get; private init; }

    /// <summary>vocabulary · dim, once: the output projection shares them.</summary>
    public long EmbeddingParameters { get; private init; }

    /// <summary>dim for the RMSNorm of each layer and for the final one.</summary>
    public long NormParameters { get; private init; }

    /// <summary>
    /// Numbers that each token of a long sequence adds to what is kept while decoding, all layers together: of keys and
    /// values those that no window limits.
    /// </summary>
    public long CachedValuesPerToken => CachedValues(Long + 1) - CachedValues(Long);

    /// <summary>Numbers kept of a long sequence whatever its length: full windows, and states.</summary>
    public long ConstantCachedValues => CachedValues(Long) - (Long * CachedValuesPerToken);

    /// <summary>Every trained parameter.</summary>
    public long TotalParameters => checked(LayerParameters + EmbeddingParameters + NormParameters);

    /// <summary>The costs of an order of layers at these widths.</summary>
    /// <param name="layers">The order.</param>
    /// <param name="shape">The widths.</param>
    /// <param name="vocabulary">Tokens of the tied embedding; 0 leaves embedding and output projection out.</param>
    /// <param name="registry">The primitives; the default ones when null.</param>
    /// <exception cref="KeyNotFoundException">A symbol is not in the registry.</exception>
    /// <exception cref="OverflowException">A count exceeds 63 bits.</exception>
    public static ArchitectureCosts Of(
        LayerSequence layers,
        ModelShape shape,
        int vocabulary,
        PrimitiveRegistry? registry = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vocabulary);
        registry ??= PrimitiveRegistry.Default;
        var counts = layers.Distinct().Select(symbol => (registry[symbol], layers.CountOf(symbol))).ToArray();
        return new ArchitectureCosts(counts, shape)
        {
            Layers = layers.Count,
            LayerParameters = Sum(counts, p => p.Parameters(shape)),
            ActiveLayerParameters = Sum(counts, p => p.ActiveParameters(shape)),
            PrintedLayerParameters = Sum(counts, p => p.PrintedParameters(shape)),
            EmbeddingParameters = (long)vocabulary * shape.Dim,
            NormParameters = (layers.Count + 1L) * shape.Dim,
        };
    }

    /// <summary>Floating-point operations of training on one token, forward and backward.</summary>
    /// <param name="sequenceLength">Tokens of a training sequence; the printed count ignores it.</param>
    /// <param name="count">Which count.</param>
    public long TrainingFlopsPerToken(int sequenceLength, FlopCount count = FlopCount.Corrected)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength, 1);
        return count switch
        {
            FlopCount.Corrected => checked(
                (6 * (ActiveLayerParameters + EmbeddingParameters))
                + Sum(counts, p => p.MixingFlopsPerToken(shape, sequenceLength))),
            FlopCount.Printed => checked(
                (6 * PrintedLayerParameters) + Sum(counts, p => p.PrintedMixingFlopsPerToken(shape))),
            _ => throw new ArgumentOutOfRangeException(nameof(count), count, "No such count."),
        };
    }

    /// <summary>Numbers kept of a sequence of this length while decoding, all layers together.</summary>
    public long CachedValues(int length) => Sum(counts, p => p.CachedValues(shape, length));

    /// <summary>Bytes of keys and values, or of states, that a sequence of this length keeps while decoding.</summary>
    /// <param name="length">Tokens.</param>
    /// <param name="bytesPerValue">2 for bf16, 4 for single precision.</param>
    public long KvCacheBytes(int length, int bytesPerValue = 2) => checked(CachedValues(length) * bytesPerValue);

    /// <summary>Bytes that each token of a long sequence adds to them.</summary>
    /// <param name="bytesPerValue">2 for bf16, 4 for single precision.</param>
    public long KvCacheBytesPerToken(int bytesPerValue = 2) => checked(CachedValuesPerToken * bytesPerValue);

    /// <summary>Bytes kept of a long sequence whatever its length.</summary>
    /// <param name="bytesPerValue">2 for bf16, 4 for single precision.</param>
    public long ConstantCacheBytes(int bytesPerValue = 2) => checked(ConstantCachedValues * bytesPerValue);

    private static long Sum(IReadOnlyList<(Primitive Primitive, int Count)> counts, Func<Primitive, long> cost)
    {
        var sum = 0L;
        foreach (var (primitive, count) in counts)
        {
            sum = checked(sum + (cost(primitive) * count));
        }

        return sum;
    }
}
