using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>The last few rows that a <see cref="ShortConvolution"/> has seen of each sequence: as many whatever the length.</summary>
internal sealed unsafe class ConvolutionCache : LayerCache
{
    private readonly int rows;
    private readonly int stride;
    private readonly int sequences;
    private readonly float* memory;

    /// <param name="arena">Where it lies.</param>
    /// <param name="rows">Kept of a sequence.</param>
    /// <param name="stride">Floats of a row.</param>
    /// <param name="sequences">At least 1.</param>
    public ConvolutionCache(AlignedArena arena, int rows, int stride, int sequences)
    {
        (this.rows, this.stride, this.sequences) = (rows, stride, sequences);
        memory = arena.Allocate((long)sequences * rows * stride);
    }

    public override long Bytes => sizeof(float) * (long)sequences * rows * stride;

    /// <summary>[rows, channels], those before the run, the latest last; zeros before a sequence's first position.</summary>
    public float* Of(RowRun run)
    {
        var own = memory + ((nint)run.Sequence * rows * stride);
        if (run.Position == 0)
        {
            new Span<float>(own, rows * stride).Clear();
        }

        return own;
    }

    /// <summary>Keeps the last rows of a sequence with the run's own.</summary>
    /// <param name="run">Whose rows they are.</param>
    /// <param name="x">[run's rows, channels].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="channels">Floats of a row that count.</param>
    public void Append(RowRun run, float* x, nint ldx, int channels)
    {
        var own = memory + ((nint)run.Sequence * rows * stride);
        for (var kept = 0; kept < rows; kept++)
        {
            var source = run.Rows - rows + kept;
            new Span<float>(source < 0 ? own + ((rows + source) * stride) : x + (source * ldx), channels)
                .CopyTo(new Span<float>(own + (kept * stride), channels));
        }
    }
}
