using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>
/// How a <c>G</c> layer's numbers lie in rows: queries, keys, values, output gates, each head padded with zeros to a multiple of
/// 16; then what decay and β of each head are made of, padded likewise.
/// </summary>
internal sealed class DeltaLayout
{
    public DeltaLayout(ModelShape shape)
    {
        var primitive = PrimitiveRegistry.Default['G'];
        HeadSize = primitive.ValueOf("head_size", shape);
        var inner = primitive.ValueOf("inner", shape);
        Heads = (inner == 0 ? shape.Dim : inner) / HeadSize;
        HeadStride = Padding.ToGranule(HeadSize);
        Taps = primitive.Tensors(shape).Single(tensor => tensor.Name == "delta.q_conv").Columns;
        Chunk = HeadStride < 32 ? 16 : 32;
    }

    public int Heads { get; }

    public int HeadSize { get; }

    /// <summary>Distance of two heads in a row.</summary>
    public int HeadStride { get; }

    /// <summary>Positions that the convolution of queries, keys and values sees.</summary>
    public int Taps { get; }

    /// <summary>Positions that are computed at once: more of them make larger products, and more of what is left out of them.</summary>
    public int Chunk { get; }

    /// <summary>Width of the queries, and of whatever else has all heads.</summary>
    public int Width => Heads * HeadStride;

    /// <summary>Width of queries, keys and values.</summary>
    public int ConvolvedWidth => 3 * Width;

    /// <summary>Column of the first key head.</summary>
    public int KeyOffset => Width;

    /// <summary>Column of the first value head.</summary>
    public int ValueOffset => 2 * Width;

    /// <summary>Column of the first head's output gate.</summary>
    public int OutputGateOffset => 3 * Width;

    /// <summary>Column of what decays are made of; what β is made of follows after <see cref="GateWidth"/>.</summary>
    public int GateOffset => 4 * Width;

    /// <summary>Heads, padded: one number each.</summary>
    public int GateWidth => Padding.ToGranule(Heads);

    /// <summary>Width of all that is projected.</summary>
    public int ProjectedWidth => (4 * Width) + (2 * GateWidth);

    /// <summary>Stride of rows of all that is projected.</summary>
    public int ProjectedStride => Padding.ToStride(ProjectedWidth);

    /// <summary>Stride of rows of queries, keys and values.</summary>
    public int ConvolvedStride => Padding.ToStride(ConvolvedWidth);

    /// <summary>Stride of rows of all heads.</summary>
    public int Stride => Padding.ToStride(Width);

    /// <summary>
    /// Columns of a panel of a head's state while training, [value features / 32, key features, 32]: rows of a wide head's
    /// would fall on the same cache sets.
    /// </summary>
    public int StatePanel => Math.Min(HeadStride, TierKernels.PanelWidth);

    /// <summary>Distance of two panels.</summary>
    public nint StatePanelStride => (nint)HeadStride * TierKernels.PanelWidth;

    /// <summary>Numbers of a head's state, padding included.</summary>
    public int StateFloats => HeadStride * (HeadStride > TierKernels.PanelWidth ? Padding.ToPanel(HeadStride) : HeadStride);

    /// <summary>Chunks of so many (padded) rows.</summary>
    public int ChunksOf(int rows) => (rows + Chunk - 1) / Chunk;

    /// <summary>Where the features of heads lie from a column on.</summary>
    public AxisMap MapFrom(int offset) => new(offset, HeadSize, HeadStride);
}
