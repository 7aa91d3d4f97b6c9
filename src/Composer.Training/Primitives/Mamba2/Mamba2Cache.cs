using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>One layer's states [sequence, N, heads] while decoding, and the last rows that its convolution saw.</summary>
internal sealed unsafe class Mamba2Cache : LayerCache
{
    /// <summary>New rows of one sequence from which on products are worth it.</summary>
    private const int ProductRows = TierKernels.Granule;

    private readonly Mamba2Layout layout;
    private readonly int sequences;
    private readonly float* states;
    private readonly Action<int, int> advance;
    private DecodePass? pass;
    private float* convolved;
    private float* mixed;
    private float* steps;
    private float* decays;
    private float* factors;
    private float* scratch;

    public Mamba2Cache(AlignedArena arena, Mamba2Layout layout, ConvolutionCache convolution, int sequences)
    {
        (this.layout, Convolution, this.sequences) = (layout, convolution, sequences);
        states = arena.Allocate((long)sequences * layout.StateFloats);
        advance = AdvanceTask;
    }

    public ConvolutionCache Convolution { get; }

    public override long Bytes => (sizeof(float) * (long)sequences * layout.StateFloats) + Convolution.Bytes;

    /// <summary>Lets the new rows flow into the states, and reads them.</summary>
    /// <param name="pass">Whose rows they are.</param>
    /// <param name="dt">[rows, heads], with the stride of z | x | B | C | dt.</param>
    /// <param name="bias">[heads].</param>
    /// <param name="rates">[heads].</param>
    /// <param name="convolved">[rows, x | B | C], with room up to a multiple of 16 rows.</param>
    /// <param name="mixed">[rows, heads], overwritten; with room likewise.</param>
    /// <param name="scratch">4 · rows · heads, and what each thread's scan takes.</param>
    public void Advance(DecodePass pass, float* dt, float* bias, float* rates, float* convolved, float* mixed, float* scratch)
    {
        nint numbers = Padding.ToGranule(pass.Rows) * layout.HeadsWidth;
        this.pass = pass;
        this.convolved = convolved;
        this.mixed = mixed;
        steps = scratch;
        decays = steps + numbers;
        factors = decays + numbers;
        this.scratch = factors + (2 * numbers);
        var chunk = AreProducts(pass.Runs[0]) ? layout.Chunk : 1;
        pass.Kernels.StepSizes(
            pass.Rows, layout.Heads, chunk, dt, layout.Stride, bias, rates, steps, decays, layout.HeadsWidth);
        if (chunk == 1)
        {
            pass.Kernels.DecayFactors(pass.Rows, layout.Heads, decays, factors, factors + numbers, layout.HeadsWidth);
        }
        else
        {
            Pad(pass.Rows);
        }

        pass.Run(pass.Runs.Length * Tasks, 4L * pass.Rows * layout.StateFloats, advance);
        this.pass = null;
    }

    private int Tasks => (layout.Heads + layout.TaskHeads - 1) / layout.TaskHeads;

    private static bool AreProducts(RowRun run) => run.Rows >= ProductRows;

    // Rows up to a multiple of 16 take no step: the state goes through them as it is.
    private void Pad(int rows)
    {
        nint width = layout.HeadsWidth;
        for (nint t = rows; t < Padding.ToGranule(rows); t++)
        {
            new Span<float>(convolved + (t * layout.ConvolvedStride), layout.ConvolvedWidth).Clear();
            new Span<float>(steps + (t * width), (int)width).Clear();
            new Span<float>(decays + ((t - 1) * width), (int)width).CopyTo(new Span<float>(decays + (t * width), (int)width));
        }
    }

    // Some heads of one sequence.
    private void AdvanceTask(int thread, int task)
    {
        var run = pass!.Runs[task / Tasks];
        var firstHead = task % Tasks * layout.TaskHeads;
        var heads = Math.Min(layout.TaskHeads, layout.Heads - firstHead);
        var panels = (nint)firstHead * layout.HeadStride / TierKernels.PanelWidth;
        var state = states + ((nint)run.Sequence * layout.StateFloats) + (panels * layout.PanelStride);
        if (AreProducts(run))
        {
            Chunks(run, firstHead, heads, state, scratch + (thread * (nint)ChunkedScan.ForwardFloats(layout)));
            return;
        }

        if (run.Position == 0)
        {
            new Span<float>(state, Padding.ToPanel(heads * layout.HeadStride) * layout.StateWidth).Clear();
        }

        for (nint t = run.FirstRow; t < run.FirstRow + run.Rows; t++)
        {
            var row = convolved + (t * layout.ConvolvedStride);
            var column = (nint)firstHead * layout.HeadStride;
            var head = (t * layout.HeadsWidth) + firstHead;
            pass.Kernels.StepState(
                layout.State, heads, layout.HeadStride, layout.PanelStride, factors + head, steps + head, row + column,
                row + layout.KeyOffset, row + layout.QueryOffset, state, mixed + (t * layout.InnerStride) + column);
        }
    }

    // Such a run is the pass's only one.
    private void Chunks(RowRun run, int firstHead, int heads, float* state, float* own)
    {
        var scan = new ChunkedScan(pass!.Kernels, layout, firstHead, heads, own);
        var rows = Padding.ToGranule(run.Rows);
        for (var first = 0; first < rows; first += layout.Chunk)
        {
            scan.Forward(
                Math.Min(layout.Chunk, rows - first),
                convolved + ((nint)first * layout.ConvolvedStride),
                steps + ((nint)first * layout.HeadsWidth),
                decays + ((nint)first * layout.HeadsWidth),
                mixed + ((nint)first * layout.InnerStride),
                run.Position == 0 && first == 0 ? null : state,
                state);
        }
    }
}
