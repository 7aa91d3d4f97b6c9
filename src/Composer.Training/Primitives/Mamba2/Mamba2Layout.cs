using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>
/// How the numbers of a Mamba-2 layer lie: rows z | x | B | C | dt, of which x | B | C are convolved; heads and B and C
/// padded to multiples of 16; a state [N, heads] in panels of 32 columns.
/// </summary>
internal sealed class Mamba2Layout
{
    /// <summary>Columns of a task while decoding, about.</summary>
    private const int TaskColumns = 128;

    public Mamba2Layout(ModelShape shape)
    {
        var tensors = PrimitiveRegistry.Default['S'].Tensors(shape).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var (inner, convolution) = (tensors["mamba2.norm"].Rows, tensors["mamba2.conv"]);
        Heads = tensors["mamba2.d"].Rows;
        (HeadSize, State, Taps) = (inner / Heads, (convolution.Rows - inner) / 2, convolution.Columns);
        (HeadStride, StateWidth, HeadsWidth) = (Padding.ToGranule(HeadSize), Padding.ToGranule(State), Padding.ToGranule(Heads));
        Chunk = (HeadStride + StateWidth) switch { < 64 => 16, < 128 => 32, _ => 64 };
    }

    /// <summary>Features of a head, without padding.</summary>
    public int HeadSize { get; }

    public int Heads { get; }

    /// <summary>N, without padding.</summary>
    public int State { get; }

    /// <summary>Positions that the convolution sees.</summary>
    public int Taps { get; }

    /// <summary>Rows that go through as products at once: about as many as heads and states are wide (measured, decision 33).</summary>
    public int Chunk { get; }

    /// <summary>Distance of two heads.</summary>
    public int HeadStride { get; }

    /// <summary>Width of B and of C.</summary>
    public int StateWidth { get; }

    /// <summary>Width of rows that have a number a head.</summary>
    public int HeadsWidth { get; }

    /// <summary>Features of all heads, without padding.</summary>
    public int Inner => Heads * HeadSize;

    /// <summary>Width of all heads.</summary>
    public int InnerWidth => Heads * HeadStride;

    /// <summary>Stride of rows of all heads.</summary>
    public int InnerStride => Padding.ToStride(InnerWidth);

    /// <summary>Column of x, of z | x | B | C | dt.</summary>
    public int InputOffset => InnerWidth;

    /// <summary>Column of dt.</summary>
    public int StepOffset => InputOffset + ConvolvedWidth;

    /// <summary>Columns of z | x | B | C | dt.</summary>
    public int Width => StepOffset + Heads;

    /// <summary>Stride of such rows.</summary>
    public int Stride => Padding.ToStride(Width);

    /// <summary>Width of x | B | C.</summary>
    public int ConvolvedWidth => InnerWidth + (2 * StateWidth);

    /// <summary>Stride of rows x | B | C.</summary>
    public int ConvolvedStride => Padding.ToStride(ConvolvedWidth);

    /// <summary>Column of B, of x | B | C.</summary>
    public int KeyOffset => InnerWidth;

    /// <summary>Column of C, of x | B | C.</summary>
    public int QueryOffset => InnerWidth + StateWidth;

    /// <summary>Distance of two panels of a state.</summary>
    public int PanelStride => StateWidth * TierKernels.PanelWidth;

    /// <summary>Floats of a state, padding included.</summary>
    public int StateFloats => Padding.ToPanel(InnerWidth) * StateWidth;

    /// <summary>Heads of a task while decoding, whole panels of a state.</summary>
    public int TaskHeads
    {
        get
        {
            var heads = Math.Max(1, TaskColumns / HeadStride);
            return HeadStride % TierKernels.PanelWidth == 0 ? heads : (heads + 1) / 2 * 2;
        }
    }

    /// <summary>Where the features of heads lie from a column on.</summary>
    public AxisMap HeadsFrom(int offset) => new(offset, HeadSize, HeadStride);

    /// <summary>Chunks of so many rows.</summary>
    public int Chunks(int rows) => (rows + Chunk - 1) / Chunk;
}
