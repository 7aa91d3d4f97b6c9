using Composer.Architecture;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// How heads lie in rows: queries, then keys, then values, each head padded with zeros to 8 features
/// (narrow) or to a multiple of 16 (wide); and how far back they see.
/// </summary>
internal sealed class HeadLayout
{
    /// <param name="shape">The widths.</param>
    /// <param name="window">Keys that a query sees at most, the last being its own.</param>
    public HeadLayout(ModelShape shape, int window = int.MaxValue)
    {
        Window = window;
        (Heads, KvHeads, HeadSize) = (shape.Heads, shape.KvHeads, shape.HeadSize);
        IsNarrow = HeadSize <= TierKernels.NarrowHead;
        HeadStride = IsNarrow ? TierKernels.NarrowHead : Padding.ToGranule(HeadSize);
        QueryScale = (float)(Math.Log2(Math.E) / Math.Sqrt(HeadSize));
    }

    public int Heads { get; }

    public int KvHeads { get; }

    public int HeadSize { get; }

    /// <summary>Keys that a query sees at most, the last being its own.</summary>
    public int Window { get; }

    /// <summary>Query heads that share a key and value head.</summary>
    public int GroupSize => Heads / KvHeads;

    /// <summary>At most eight features: kernels keep a whole head in registers.</summary>
    public bool IsNarrow { get; }

    /// <summary>Distance of two heads in a row.</summary>
    public int HeadStride { get; }

    /// <summary>Width of the queries, and of the output.</summary>
    public int QueryWidth => Heads * HeadStride;

    /// <summary>Width of the keys.</summary>
    public int KeyWidth => KvHeads * HeadStride;

    /// <summary>Column of the first key head.</summary>
    public int KeyOffset => QueryWidth;

    /// <summary>Column of the first value head.</summary>
    public int ValueOffset => QueryWidth + KeyWidth;

    /// <summary>Width of queries, keys and values.</summary>
    public int Width => QueryWidth + (2 * KeyWidth);

    /// <summary>Stride of rows of queries, keys and values.</summary>
    public int Stride => Padding.ToStride(Width);

    /// <summary>Stride of rows as wide as the queries.</summary>
    public int QueryStride => Padding.ToStride(QueryWidth);

    /// <summary>Folded into the queries: scores then are powers of 2.</summary>
    public float QueryScale { get; }

    /// <summary>The query gradient's factor, 1/√(head size).</summary>
    public float QueryGradientScale => (float)(1 / Math.Sqrt(HeadSize));

    /// <summary>The key gradient's factor, ln 2: the queries that it was summed from were scaled.</summary>
    public static float KeyGradientScale => (float)Math.Log(2);

    /// <summary>Where the features of heads lie from a column on.</summary>
    public AxisMap MapFrom(int offset) => new(offset, HeadSize, HeadStride);
}
