using Composer.Training.Kernels;
using Composer.Training.Parameters;
using Composer.Training.Profiling;

namespace Composer.Training.Layers;

/// <summary>What the layers share while one sequence goes through the model on one thread.</summary>
/// <remarks>Activations are token-major rows; padded rows up to <see cref="Rows"/> are finite, padded columns zero.</remarks>
internal sealed unsafe class SequencePass
{
    public required TierKernels Kernels { get; init; }

    public required ParameterStore Store { get; init; }

    /// <summary>Stride of the residual stream and of everything as wide.</summary>
    public required int Stride { get; init; }

    /// <summary>Times the parts; null where nobody measures.</summary>
    public PartClock? Clock { get; init; }

    /// <summary>Tokens of the sequence.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens, padded to a multiple of 16.</summary>
    public int Rows { get; private set; }

    /// <summary>Packed gradient that the backward adds to.</summary>
    public float* Gradient { get; set; }

    /// <summary>The sequence's share of what training adds to the loss: one over the batch's counted sequences, or 0.</summary>
    public float SequenceShare { get; set; }

    /// <summary>Memory that a layer may use within one call.</summary>
    public float* Scratch { get; set; }

    public void Begin(int length) => (Length, Rows) = (length, Padding.ToGranule(length));

    /// <summary>Says which part begins, to whoever measures.</summary>
    public PartScope Begin(PassPart part) => new(Clock, part);

    /// <summary>y = x · W (+ addend).</summary>
    public void Project(PackedMatrix w, int rows, float* x, nint ldx, float* y, nint ldy, float* addend = null)
    {
        using var part = Begin(PassPart.ForwardProducts);
        Kernels.Multiply(
            rows,
            w.Inner,
            Padding.ToGranule(w.Columns),
            x,
            ldx,
            Store.Values + w.Offset,
            TierKernels.PanelWidth,
            w.PanelStride,
            y,
            ldy,
            addend);
    }

    /// <summary>dx = dy · Wᵀ.</summary>
    public void ProjectBackward(PackedMatrix w, int rows, float* dy, nint lddy, float* dx, nint lddx)
    {
        using var part = Begin(PassPart.InputGradients);
        Kernels.Multiply(
            rows,
            w.Columns,
            Padding.ToGranule(w.Inner),
            dy,
            lddy,
            Store.Transposed + w.Offset,
            TierKernels.PanelWidth,
            w.TransposedPanelStride,
            dx,
            lddx,
            null);
    }

    /// <summary>dW += xᵀ · dy over the sequence's tokens.</summary>
    public void AccumulateWeight(PackedMatrix w, float* x, nint ldx, float* dy, nint lddy) =>
        AccumulateWeight(w, Length, x, ldx, dy, lddy);

    /// <summary>dW += xᵀ · dy over some of them.</summary>
    public void AccumulateWeight(PackedMatrix w, int rows, float* x, nint ldx, float* dy, nint lddy)
    {
        using var part = Begin(PassPart.WeightGradients);
        Kernels.AccumulateTransposed(
            rows,
            w.Inner,
            Padding.ToGranule(w.Columns),
            x,
            ldx,
            dy,
            lddy,
            Gradient + w.Offset,
            TierKernels.PanelWidth,
            w.PanelStride);
    }
}
