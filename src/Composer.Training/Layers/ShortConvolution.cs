using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>
/// A causal convolution over a few positions, each channel its own: y[t, c] = Σ_j w[c, j] · x[t − (taps − 1) + j, c]
/// (+ bias[c]), and SiLU of it where wanted. A part of layers, which bind the tensors: Mamba-2 (Dao &amp; Gu 2024), gated
/// DeltaNet (Yang et al. 2024), LFM2.
/// </summary>
/// <remarks>
/// Holds where its parameters lie, nothing of a sequence. Channels are those of the caller's packed rows; a channel that
/// no tensor is bound to is padding: its taps stay zero, and so does what comes out of it.
/// </remarks>
internal sealed unsafe class ShortConvolution
{
    private readonly ParameterPlan plan;
    private readonly int channels;
    private readonly int taps;
    private readonly int stride;
    private readonly bool hasSilu;
    private readonly long weight;
    private readonly long bias;

    /// <param name="plan">Takes the parameters.</param>
    /// <param name="channels">Columns of the rows that are convolved, padding among them.</param>
    /// <param name="taps">Positions that are seen, 1 … 4: a row's own and those before it.</param>
    /// <param name="hasBias">Whether each channel has one; <see cref="BindBias(string, AxisMap)"/> then binds it.</param>
    /// <param name="hasSilu">Whether SiLU follows.</param>
    public ShortConvolution(ParameterPlan plan, int channels, int taps, bool hasBias = false, bool hasSilu = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(taps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(taps, TierKernels.MostTaps);
        (this.plan, this.taps, this.hasSilu) = (plan, taps, hasSilu);
        (this.channels, stride) = (Padding.ToGranule(channels), Padding.ToPanel(channels));
        weight = plan.AddVectors(taps, channels);
        bias = hasBias ? plan.AddVectors(1, channels) : -1;
    }

    /// <summary>Floats that a sequence's <see cref="ConvolutionCache"/> takes.</summary>
    public long CacheFloats => (long)(taps - 1) * stride;

    /// <summary>Binds a tensor [some channels, taps].</summary>
    /// <param name="name">The canonical one.</param>
    /// <param name="map">Which of the rows' columns its channels are.</param>
    public void Bind(string name, AxisMap map) => plan.Bind(name, new ParameterBinding.Taps(weight, map, stride));

    /// <summary>Binds a bias [some channels].</summary>
    public void BindBias(string name, AxisMap map) => plan.Bind(name, new ParameterBinding.Taps(bias, map, stride));

    /// <summary>Binds a tensor [some channels, taps] whose channels lie in parts.</summary>
    /// <param name="name">The canonical one.</param>
    /// <param name="parts">How many channels, and which of the rows' columns they are.</param>
    public void Bind(string name, params IReadOnlyList<(int Channels, AxisMap Map)> parts) => plan.Bind(name, InParts(weight, parts));

    /// <summary>Binds a bias [some channels] whose channels lie in parts.</summary>
    public void BindBias(string name, params IReadOnlyList<(int Channels, AxisMap Map)> parts) => plan.Bind(name, InParts(bias, parts));

    /// <summary>Convolves the sequence's tokens; padded rows of y become zero.</summary>
    /// <param name="pass">Whose rows they are.</param>
    /// <param name="x">[Rows, channels].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="y">[Rows, channels], overwritten; may be x where no backward follows.</param>
    /// <param name="ldy">Stride of y.</param>
    public void Forward(SequencePass pass, float* x, nint ldx, float* y, nint ldy)
    {
        Convolve(pass, pass.Length, x, ldx, null, y, ldy);
        if (hasSilu)
        {
            pass.Kernels.Silu(pass.Length, channels, y, ldy, y, ldy);
        }

        Clear(y, ldy, pass);
    }

    /// <summary>Adds to the gradients of taps and bias; padded rows of dx become zero.</summary>
    /// <param name="pass">The pass of the forward.</param>
    /// <param name="x">As in the forward.</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="dy">[Rows, channels]; where SiLU follows the convolution it is overwritten.</param>
    /// <param name="lddy">Stride of dy.</param>
    /// <param name="dx">[Rows, channels], overwritten; without SiLU it may be dy.</param>
    /// <param name="lddx">Stride of dx.</param>
    public void Backward(SequencePass pass, float* x, nint ldx, float* dy, nint lddy, float* dx, nint lddx)
    {
        if (hasSilu)
        {
            // What SiLU was taken of is computed again, where the gradient goes afterwards.
            Convolve(pass, pass.Length, x, ldx, null, dx, lddx);
            pass.Kernels.SiluBackward(pass.Length, channels, dx, lddx, dy, lddy);
        }

        pass.Kernels.ConvolveBackward(
            pass.Length,
            channels,
            taps,
            x,
            ldx,
            pass.Store.Values + weight,
            stride,
            dy,
            lddy,
            dx,
            lddx,
            pass.Gradient + weight,
            bias < 0 ? null : pass.Gradient + bias);
        Clear(dx, lddx, pass);
    }

    /// <summary>What decoding keeps of so many sequences.</summary>
    public ConvolutionCache CreateCache(AlignedArena arena, int sequences) => new(arena, taps - 1, stride, sequences);

    /// <summary>Convolves the pass's new rows after those in the cache, which gains them.</summary>
    /// <param name="pass">Whose rows they are.</param>
    /// <param name="cache">The rows before.</param>
    /// <param name="x">[rows, channels].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="y">[rows, channels], overwritten; must not overlap x.</param>
    /// <param name="ldy">Stride of y.</param>
    public void Decode(DecodePass pass, ConvolutionCache cache, float* x, nint ldx, float* y, nint ldy)
    {
        foreach (var run in pass.Runs)
        {
            var history = cache.Of(run);
            var own = x + (run.FirstRow * ldx);
            Convolve(pass.Sequence, run.Rows, own, ldx, history, y + (run.FirstRow * ldy), ldy);
            cache.Append(run, own, ldx, channels);
        }

        if (hasSilu)
        {
            pass.Kernels.Silu(pass.Rows, channels, y, ldy, y, ldy);
        }
    }

    private ParameterBinding.Stacked InParts(long offset, IReadOnlyList<(int Channels, AxisMap Map)> parts) =>
        new([.. parts.Select(part => (part.Channels, (ParameterBinding)new ParameterBinding.Taps(offset, part.Map, stride)))]);

    private void Convolve(SequencePass pass, int rows, float* x, nint ldx, float* history, float* y, nint ldy) => pass.Kernels.Convolve(
        rows,
        channels,
        taps,
        x,
        ldx,
        history,
        stride,
        pass.Store.Values + weight,
        stride,
        bias < 0 ? null : pass.Store.Values + bias,
        y,
        ldy);

    private void Clear(float* rows, nint ld, SequencePass pass)
    {
        for (var t = pass.Length; t < pass.Rows; t++)
        {
            new Span<float>(rows + (t * ld), channels).Clear();
        }
    }
}
