using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// One layer's keys [sequence, kv head, position / 32, feature, 32] and values [sequence, kv head, position,
/// feature] while decoding: what a query reads lies in a row.
/// </summary>
internal sealed unsafe class PanelKeyValueCache : LayerCache
{
    private readonly HeadLayout heads;
    private readonly int sequences;
    private readonly int capacity;
    private readonly float* keys;
    private readonly float* values;
    private readonly Action<int, int> attend;
    private DecodePass? pass;
    private float* x;
    private float* mixed;
    private float* scratch;

    public PanelKeyValueCache(AlignedArena arena, HeadLayout heads, int maximumLength, int sequences)
    {
        (this.heads, this.sequences, capacity) = (heads, sequences, Padding.ToPanel(maximumLength));
        var rows = (long)sequences * heads.KvHeads * capacity;
        keys = arena.Allocate(rows * heads.HeadSize);

        // A product reads whole granules: the last narrow head's runs past its row.
        values = arena.Allocate((rows * heads.HeadStride) + TierKernels.Granule);
        attend = AttendTask;
    }

    public override long Bytes => BytesOf(heads, capacity) * sequences;

    public static long BytesOf(HeadLayout heads, int maximumLength) =>
        sizeof(float) * (long)heads.KvHeads * (heads.HeadSize + heads.HeadStride) * Padding.ToPanel(maximumLength);

    public static long ScratchFloats(HeadLayout heads, int threads) => threads * CachedAttention.ScratchFloats(heads);

    /// <summary>Appends the new rows' keys and values, then lets their queries attend to all up to themselves.</summary>
    /// <param name="pass">Whose rows they are.</param>
    /// <param name="x">[rows, queries|keys|values], rotated.</param>
    /// <param name="mixed">[rows, heads], overwritten.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public void Attend(DecodePass pass, float* x, float* mixed, float* scratch)
    {
        this.pass = pass;
        this.x = x;
        this.mixed = mixed;
        this.scratch = scratch;
        var (tasks, scores) = (0, 0L);
        foreach (var run in pass.Runs)
        {
            Append(run);
            tasks += heads.KvHeads * BlocksOf(run);
            scores += (long)run.Rows * (run.Position + run.Rows);
        }

        pass.Run(tasks, 2 * scores * heads.QueryWidth, attend);
        this.pass = null;
    }

    private static int BlocksOf(RowRun run) => (run.Rows + CachedAttention.QueryBlock - 1) / CachedAttention.QueryBlock;

    private nint RowOf(int sequence, int group) => (((nint)sequence * heads.KvHeads) + group) * capacity;

    private void Append(RowRun run)
    {
        const int Panel = TierKernels.PanelWidth;
        for (var r = 0; r < run.Rows; r++)
        {
            var row = x + ((nint)(run.FirstRow + r) * heads.Stride);
            var position = run.Position + r;
            for (var group = 0; group < heads.KvHeads; group++)
            {
                var first = RowOf(run.Sequence, group);
                var key = row + heads.KeyOffset + (group * heads.HeadStride);
                var target = keys + ((first + (position / Panel * Panel)) * heads.HeadSize) + (position % Panel);
                for (var f = 0; f < heads.HeadSize; f++)
                {
                    target[f * Panel] = key[f];
                }

                var value = row + heads.ValueOffset + (group * heads.HeadStride);
                new Span<float>(value, heads.HeadStride)
                    .CopyTo(new Span<float>(values + ((first + position) * heads.HeadStride), heads.HeadStride));
            }
        }
    }

    // One group of heads, for a block of a sequence's rows.
    private void AttendTask(int thread, int task)
    {
        var blocks = BlocksOf(pass!.Runs[0]);
        var run = pass.Runs[task / (heads.KvHeads * blocks)];
        var group = task / blocks % heads.KvHeads;
        var first = task % blocks * CachedAttention.QueryBlock;
        var rows = Math.Min(CachedAttention.QueryBlock, run.Rows - first);
        var visible = run.Position + first + 1;
        var cached = RowOf(run.Sequence, group);
        var groupKeys = keys + (cached * heads.HeadSize);
        var groupValues = values + (cached * heads.HeadStride);
        var head = (nint)group * heads.GroupSize * heads.HeadStride;
        var query = x + ((nint)(run.FirstRow + first) * heads.Stride) + head;
        var output = mixed + ((nint)(run.FirstRow + first) * heads.QueryStride) + head;
        var own = scratch + (thread * (nint)CachedAttention.ScratchFloats(heads));
        if (rows == 1)
        {
            // The heads of a group see the same keys: they are the rows.
            CachedAttention.Attend(
                pass.Kernels, heads, heads.GroupSize, query, heads.HeadStride, groupKeys, groupValues, visible, 0, output, heads.HeadStride, own);
            return;
        }

        for (var i = 0; i < heads.GroupSize; i++, query += heads.HeadStride, output += heads.HeadStride)
        {
            CachedAttention.Attend(
                pass.Kernels, heads, rows, query, heads.Stride, groupKeys, groupValues, visible, 1, output, heads.QueryStride, own);
        }
    }
}
