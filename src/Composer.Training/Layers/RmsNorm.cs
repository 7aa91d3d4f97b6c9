using Composer.Training.Profiling;

namespace Composer.Training.Layers;

/// <summary>RMSNorm with a gain: y = x / √(mean(x²) + ε) · gain.</summary>
/// <param name="GainOffset">Of the gain in the packed arrays.</param>
/// <param name="Width">Features.</param>
/// <param name="Epsilon">Inside the root.</param>
internal sealed unsafe record RmsNorm(long GainOffset, int Width, float Epsilon)
{
    /// <summary>Padded rows of y become zero, so that nothing downstream meets what an earlier sequence left.</summary>
    public void Forward(SequencePass pass, float* x, float* y) => Forward(pass, pass.Length, pass.Rows, x, y);

    public void Forward(SequencePass pass, int rows, int paddedRows, float* x, float* y)
    {
        using var part = pass.Begin(PassPart.Norms);
        pass.Kernels.Normalize(rows, Width, Epsilon, x, pass.Store.Values + GainOffset, y, pass.Stride);
        new Span<float>(y + ((nint)rows * pass.Stride), (paddedRows - rows) * pass.Stride).Clear();
    }

    /// <summary>dx and the gain's gradient accumulate, over the sequence's tokens.</summary>
    public void Backward(SequencePass pass, float* x, float* dy, float* dx)
    {
        using var part = pass.Begin(PassPart.Norms);
        pass.Kernels.NormalizeBackward(
            pass.Length,
            Width,
            Epsilon,
            x,
            pass.Store.Values + GainOffset,
            dy,
            dx,
            pass.Gradient + GainOffset,
            pass.Stride);
    }
}
