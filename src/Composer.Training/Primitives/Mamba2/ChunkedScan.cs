using Composer.Training.Kernels;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>
/// The recurrence s_t = a_t · s_(t−1) + B_t ⊗ (Δ_t · x_t), y_t = C_t · s_t of some heads, a chunk of rows at a time as
/// products (Dao and Gu 2024, section 6): y = (C · Bᵀ ⊙ decays) · (Δ ⊙ x) within the chunk, and what the state before it
/// gives. Decays are e^(l_t − l_s) of sums l of their logarithms, s ≤ t: no exponent is above 0.
/// </summary>
/// <remarks>
/// Backward, with dy, Q the gradient by Δ ⊙ x, and λ that by the state after the chunk: l_t gets dy_t · y_t − (Δ ⊙ x)_t · Q_t,
/// the last one ⟨state after, λ⟩ besides, since all that a decay scales is in these sums.
/// </remarks>
internal readonly unsafe ref struct ChunkedScan
{
    /// <summary>Rows whose weights are made at once: they stay in the first cache, and few above the diagonal are made in vain.</summary>
    private const int BlockRows = 32;

    private readonly TierKernels kernels;
    private readonly Mamba2Layout layout;
    private readonly int firstHead;
    private readonly int heads;
    private readonly int width;
    private readonly nint ld;
    private readonly nint ldl;
    private readonly nint ldn;
    private readonly float* keysTransposed;
    private readonly float* scores;
    private readonly float* weights;
    private readonly float* inputs;
    private readonly float* read;
    private readonly float* fromStart;
    private readonly float* toEnd;
    private readonly float* logs;
    private readonly float* inputsTransposed;
    private readonly float* dInputs;
    private readonly float* dScores;
    private readonly float* dKeys;
    private readonly float* dQueries;
    private readonly float* stateTransposed;
    private readonly float* dState;

    /// <param name="kernels">The tier.</param>
    /// <param name="layout">Of rows and states.</param>
    /// <param name="firstHead">Whose state begins with a panel.</param>
    /// <param name="heads">How many go through.</param>
    /// <param name="scratch">As <see cref="ForwardFloats"/> says, or <see cref="BackwardFloats"/>.</param>
    public ChunkedScan(TierKernels kernels, Mamba2Layout layout, int firstHead, int heads, float* scratch)
    {
        (this.kernels, this.layout, this.firstHead, this.heads) = (kernels, layout, firstHead, heads);
        width = heads * layout.HeadStride;
        (ld, ldl, ldn) = (layout.InnerStride, Padding.ToStride(layout.Chunk), Padding.ToStride(layout.StateWidth));
        keysTransposed = scratch;
        scores = keysTransposed + (layout.StateWidth * ldl);
        weights = scores + (layout.Chunk * ldl);
        inputs = weights + (BlockRows * ldl);
        read = inputs + (layout.Chunk * ld);
        fromStart = read + (layout.Chunk * ld);
        toEnd = fromStart + (layout.Chunk * layout.HeadsWidth);
        logs = toEnd + (layout.Chunk * layout.HeadsWidth);
        inputsTransposed = logs + (layout.HeadsWidth * ldl);
        dInputs = inputsTransposed + (layout.InnerWidth * ldl);
        dScores = dInputs + (layout.Chunk * ld);
        dKeys = dScores + (layout.Chunk * ldl);
        dQueries = dKeys + (layout.Chunk * ldn);
        stateTransposed = dQueries + (layout.Chunk * ldn);
        dState = stateTransposed + (layout.InnerWidth * ldn);
    }

    /// <summary>Floats of scratch for <see cref="Forward"/>.</summary>
    public static long ForwardFloats(Mamba2Layout layout)
    {
        long line = Padding.ToStride(layout.Chunk);
        return (line * (layout.StateWidth + layout.Chunk + BlockRows + layout.HeadsWidth))
            + (2L * layout.Chunk * (layout.InnerStride + layout.HeadsWidth));
    }

    /// <summary>Floats of scratch for <see cref="Backward"/>.</summary>
    public static long BackwardFloats(Mamba2Layout layout)
    {
        long line = Padding.ToStride(layout.Chunk);
        long stateLine = Padding.ToStride(layout.StateWidth);
        return ForwardFloats(layout)
            + (line * (layout.InnerWidth + layout.Chunk)) + ((long)layout.Chunk * layout.InnerStride)
            + (stateLine * ((2L * layout.Chunk) + layout.InnerWidth)) + layout.StateFloats;
    }

    /// <summary>One chunk.</summary>
    /// <param name="rows">At most a chunk's, a multiple of 16.</param>
    /// <param name="convolved">[rows, x | B | C].</param>
    /// <param name="steps">[rows, heads].</param>
    /// <param name="decays">[rows, heads], summed from the chunk's beginning.</param>
    /// <param name="y">[rows, heads], overwritten.</param>
    /// <param name="before">The state before the chunk, of these heads; null for zeros.</param>
    /// <param name="after">Gets the state after it; null where nobody wants it; may be <paramref name="before"/>.</param>
    public void Forward(int rows, float* convolved, float* steps, float* decays, float* y, float* before, float* after)
    {
        nint rowStride = layout.ConvolvedStride;
        nint panelStride = layout.PanelStride;
        var keys = convolved + layout.KeyOffset;
        var queries = convolved + layout.QueryOffset;
        var own = y + (firstHead * layout.HeadStride);
        Prepare(rows, convolved, steps, decays);
        for (nint h = 0; h < heads; h++)
        {
            var column = h * layout.HeadStride;
            for (nint first = 0; first < rows; first += BlockRows)
            {
                var block = Math.Min(BlockRows, rows - (int)first);
                kernels.DecayWeights((int)first, block, LogsOf(h), scores + (first * ldl), ldl, weights, ldl);
                kernels.Multiply(
                    block, (int)first + block, layout.HeadStride, weights, ldl,
                    inputs + column, ld, TierKernels.PanelWidth, own + (first * ld) + column, ld, null);
            }
        }

        if (before != null)
        {
            kernels.Multiply(
                rows, layout.State, width, queries, rowStride, before, TierKernels.PanelWidth, panelStride, read, ld, null);
            kernels.AddScaledHeads(rows, heads, layout.HeadStride, read, ld, fromStart + firstHead, layout.HeadsWidth, own, ld);
        }

        if (after != null)
        {
            kernels.ScaleHeads(rows, heads, layout.HeadStride, inputs, ld, toEnd + firstHead, layout.HeadsWidth, inputs, ld);
            if (before == null)
            {
                ClearState(after);
            }
            else
            {
                kernels.ScaleState(layout.StateWidth, heads, layout.HeadStride, panelStride, before, LeftOf(rows), after);
            }

            kernels.AccumulateTransposed(
                rows, layout.State, width, keys, rowStride, inputs, ld, after, TierKernels.PanelWidth, panelStride);
        }
    }

    /// <summary>The backward of one chunk of all heads; chunks go from the last to the first.</summary>
    /// <param name="rows">As in the forward.</param>
    /// <param name="convolved">[rows, x | B | C], overwritten with their gradients.</param>
    /// <param name="steps">[rows, heads].</param>
    /// <param name="decays">[rows, heads].</param>
    /// <param name="skip">[heads]: what of x is in the layer's y beside this.</param>
    /// <param name="dy">[rows, heads].</param>
    /// <param name="dSteps">[rows, heads], overwritten.</param>
    /// <param name="dDecays">[rows, heads]: Σ dy · y; gets the rest.</param>
    /// <param name="before">As in the forward.</param>
    /// <param name="after">The state after the chunk; null for the last chunk.</param>
    public void Backward(
        int rows,
        float* convolved,
        float* steps,
        float* decays,
        float* skip,
        float* dy,
        float* dSteps,
        float* dDecays,
        float* before,
        float* after)
    {
        Prepare(rows, convolved, steps, decays);
        LaterBackward(rows, convolved + layout.KeyOffset, dDecays, after);
        EarlierBackward(rows, convolved + layout.QueryOffset, dy, before, after != null);
        OwnBackward(rows, convolved, dy);
        kernels.StateInputsBackward(
            rows, heads, layout.HeadStride, dInputs, dy, ld, skip,
            convolved, layout.ConvolvedStride, steps, dSteps, dDecays, layout.HeadsWidth);
        for (nint t = 0; t < rows; t++)
        {
            var row = convolved + (t * layout.ConvolvedStride);
            new Span<float>(dKeys + (t * ldn), layout.StateWidth).CopyTo(new Span<float>(row + layout.KeyOffset, layout.StateWidth));
            new Span<float>(dQueries + (t * ldn), layout.StateWidth).CopyTo(new Span<float>(row + layout.QueryOffset, layout.StateWidth));
        }
    }

    private float* LogsOf(nint head) => logs + ((firstHead + head) * ldl);

    /// <summary>What decays leave of the state before the chunk after it, [heads].</summary>
    private float* LeftOf(int rows) => fromStart + ((rows - 1) * layout.HeadsWidth) + firstHead;

    private void ClearState(float* state) => new Span<float>(state, Padding.ToPanel(width) * layout.StateWidth).Clear();

    private void Prepare(int rows, float* convolved, float* steps, float* decays)
    {
        nint rowStride = layout.ConvolvedStride;
        kernels.Transpose(rows, layout.StateWidth, convolved + layout.KeyOffset, rowStride, keysTransposed, ldl);
        kernels.Multiply(
            rows, layout.State, rows, convolved + layout.QueryOffset, rowStride,
            keysTransposed, ldl, TierKernels.PanelWidth, scores, ldl, null);
        kernels.DecayFactors(rows, layout.Heads, decays, fromStart, toEnd, layout.HeadsWidth);
        kernels.Transpose(rows, layout.HeadsWidth, decays, layout.HeadsWidth, logs, ldl);
        kernels.ScaleHeads(
            rows, heads, layout.HeadStride, convolved + (firstHead * layout.HeadStride), rowStride,
            steps + firstHead, layout.HeadsWidth, inputs, ld);
    }

    // What the state after the chunk hands back to the rows that flowed into it.
    private void LaterBackward(int rows, float* keys, float* dDecays, float* after)
    {
        if (after == null)
        {
            new Span<float>(dInputs, rows * (int)ld).Clear();
            new Span<float>(dKeys, rows * (int)ldn).Clear();
            return;
        }

        nint panelStride = layout.PanelStride;
        kernels.AddStateDots(
            layout.StateWidth, heads, layout.HeadStride, panelStride, after, dState, dDecays + ((rows - 1) * layout.HeadsWidth));
        kernels.Multiply(
            rows, layout.State, width, keys, layout.ConvolvedStride, dState, TierKernels.PanelWidth, panelStride, dInputs, ld, null);
        kernels.ScaleHeads(rows, heads, layout.HeadStride, dInputs, ld, toEnd, layout.HeadsWidth, dInputs, ld);
        kernels.ScaleHeads(rows, heads, layout.HeadStride, inputs, ld, toEnd, layout.HeadsWidth, read, ld);
        TransposeState(dState);
        kernels.Multiply(
            rows, width, layout.StateWidth, read, ld, stateTransposed, ldn, TierKernels.PanelWidth, dKeys, ldn, null);
    }

    // What the rows' outputs hand back to the state before the chunk, and to what they read it by.
    private void EarlierBackward(int rows, float* queries, float* dy, float* before, bool hasLater)
    {
        if (before == null)
        {
            new Span<float>(dQueries, rows * (int)ldn).Clear();
            return;
        }

        nint panelStride = layout.PanelStride;
        kernels.ScaleHeads(rows, heads, layout.HeadStride, dy, ld, fromStart, layout.HeadsWidth, read, ld);
        TransposeState(before);
        kernels.Multiply(
            rows, width, layout.StateWidth, read, ld, stateTransposed, ldn, TierKernels.PanelWidth, dQueries, ldn, null);
        if (hasLater)
        {
            kernels.ScaleState(layout.StateWidth, heads, layout.HeadStride, panelStride, dState, LeftOf(rows), dState);
        }
        else
        {
            ClearState(dState);
        }

        kernels.AccumulateTransposed(
            rows, layout.State, width, queries, layout.ConvolvedStride, read, ld, dState, TierKernels.PanelWidth, panelStride);
    }

    // What the rows of the chunk hand back to each other.
    private void OwnBackward(int rows, float* convolved, float* dy)
    {
        nint rowStride = layout.ConvolvedStride;
        kernels.Transpose(rows, width, inputs, ld, inputsTransposed, ldl);
        new Span<float>(dScores, rows * (int)ldl).Clear();
        for (nint h = 0; h < heads; h++)
        {
            var column = h * layout.HeadStride;
            for (nint first = 0; first < rows; first += BlockRows)
            {
                var block = Math.Min(BlockRows, rows - (int)first);
                var seen = (int)first + block;
                var own = dy + (first * ld) + column;
                kernels.Multiply(
                    block, layout.HeadStride, seen, own, ld,
                    inputsTransposed + (column * ldl), ldl, TierKernels.PanelWidth, weights, ldl, null);
                kernels.DecayWeightsBackward(
                    (int)first, block, LogsOf(h), scores + (first * ldl), weights, dScores + (first * ldl), ldl, ldl);
                kernels.AccumulateTransposed(
                    block, seen, layout.HeadStride, weights, ldl, own, ld, dInputs + column, ld, TierKernels.PanelWidth);
            }
        }

        kernels.Multiply(
            rows, rows, layout.StateWidth, dScores, ldl,
            convolved + layout.KeyOffset, rowStride, TierKernels.PanelWidth, dQueries, ldn, dQueries);
        kernels.AccumulateTransposed(
            rows, rows, layout.StateWidth, dScores, ldl,
            convolved + layout.QueryOffset, rowStride, dKeys, ldn, TierKernels.PanelWidth);
    }

    private void TransposeState(float* state)
    {
        const int Panel = TierKernels.PanelWidth;
        for (var column = 0; column < width; column += Panel)
        {
            kernels.Transpose(
                layout.StateWidth,
                Math.Min(Panel, width - column),
                state + ((nint)column / Panel * layout.PanelStride),
                Panel,
                stateTransposed + (column * ldn),
                ldn);
        }
    }
}
