using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>
/// What a <c>G</c> layer keeps of sequences while decoding: each head's state [key features, value features], and the rows
/// that the convolution sees; as much whatever the length.
/// </summary>
internal sealed unsafe class DeltaCache : LayerCache
{
    private readonly DeltaLayout layout;
    private readonly float* states;
    private readonly long bytes;
    private readonly Action<int, int> take;
    private DecodePass? pass;
    private float* x;
    private float* output;
    private float* decays;

    public DeltaCache(AlignedArena arena, DeltaLayout layout, ShortConvolution convolution, int sequences)
    {
        this.layout = layout;
        states = arena.Allocate(StateFloats(layout) * sequences);
        Convolved = convolution.CreateCache(arena, sequences);
        bytes = (StateFloats(layout) * sequences * sizeof(float)) + Convolved.Bytes;
        take = Take;
    }

    /// <summary>Rows before the convolution.</summary>
    public ConvolutionCache Convolved { get; }

    public override long Bytes => bytes;

    /// <summary>Floats of one sequence's states.</summary>
    public static long StateFloats(DeltaLayout layout) => layout.Heads * (long)HeadFloats(layout);

    /// <summary>Takes the states over the new rows, a task for each head of each sequence.</summary>
    /// <param name="pass">Whose rows they are.</param>
    /// <param name="x">[rows, queries|keys|values]; queries and keys of length 1.</param>
    /// <param name="decays">[rows, heads] twice, stride the gates' width: log₂ α, and β.</param>
    /// <param name="output">[rows, heads], overwritten.</param>
    public void Advance(DecodePass pass, float* x, float* decays, float* output)
    {
        this.pass = pass;
        this.x = x;
        this.decays = decays;
        this.output = output;
        pass.Run(pass.Runs.Length * layout.Heads, 4 * pass.Rows * StateFloats(layout), take);
        this.pass = null;
    }

    private static int HeadFloats(DeltaLayout layout) => layout.HeadStride * layout.HeadStride;

    private void Take(int thread, int task)
    {
        var (run, head) = (pass!.Runs[task / layout.Heads], task % layout.Heads);
        var state = states + (run.Sequence * (nint)StateFloats(layout)) + ((nint)head * HeadFloats(layout));
        if (run.Position == 0)
        {
            new Span<float>(state, HeadFloats(layout)).Clear();
        }

        for (var row = run.FirstRow; row < run.FirstRow + run.Rows; row++)
        {
            var query = x + ((nint)row * layout.ConvolvedStride) + (head * layout.HeadStride);
            var gate = decays + ((nint)row * layout.GateWidth) + head;
            pass.Kernels.DeltaStep(
                layout.HeadSize,
                layout.HeadStride,
                MathF.Pow(2f, gate[0]),
                gate[(nint)pass.Rows * layout.GateWidth],
                query,
                query + layout.KeyOffset,
                query + layout.ValueOffset,
                state,
                output + ((nint)row * layout.Stride) + (head * layout.HeadStride));
        }
    }
}
