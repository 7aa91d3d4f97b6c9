using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.Attention;

/// <summary>
/// One layer's keys [sequence, kv head, place / 32, feature, 32] and values [sequence, kv head, place, feature] while
/// decoding: what a query reads lies in a row. A position's place is itself; where queries see a window alone, a ring
/// has room for that of a block of queries.
/// </summary>
internal sealed unsafe class PanelKeyValueCache : LayerCache
{
    private readonly HeadLayout heads;
    private readonly int sequences;
    private readonly int capacity;
    private readonly bool isRing;
    private readonly float* keys;
    private readonly float* values;
    private readonly Action<int, int> attend;
    private DecodePass? pass;
    private float* x;
    private float* mixed;
    private float* scratch;

    public PanelKeyValueCache(AlignedArena arena, HeadLayout heads, int maximumLength, int sequences)
    {
        (this.heads, this.sequences, capacity) = (heads, sequences, CapacityFor(heads, maximumLength));
        isRing = capacity < maximumLength;
        var rows = (long)sequences * heads.KvHeads * capacity;
        keys = arena.Allocate(rows * heads.HeadSize);

        // A product reads whole granules: the last narrow head's runs past its row.
        values = arena.Allocate((rows * heads.HeadStride) + TierKernels.Granule);
        attend = AttendTask;
    }

    public override long Bytes => BytesOf(heads, capacity) * sequences;

    public static long BytesOf(HeadLayout heads, int maximumLength) =>
        sizeof(float) * (long)heads.KvHeads * (heads.HeadSize + heads.HeadStride) * CapacityFor(heads, maximumLength);

    public static long ScratchFloats(HeadLayout heads, int threads) => threads * CachedAttention.ScratchFloats(heads);

    /// <summary>Appends the new rows' keys and values, and lets their queries attend to all up to themselves.</summary>
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
            for (var group = 0; group < heads.KvHeads && !isRing; group++)
            {
                Append(run, group, 0, run.Rows);
            }

            tasks += heads.KvHeads * TasksOf(run);
            scores += (long)run.Rows * Math.Min(run.Position + run.Rows, heads.Window);
        }

        pass.Run(tasks, 2 * scores * heads.QueryWidth, attend);
        this.pass = null;
    }

    private static int CapacityFor(HeadLayout heads, int maximumLength) =>
        Padding.ToPanel((int)Math.Min(maximumLength, (long)heads.Window + CachedAttention.QueryBlock - 1));

    // In a ring, a block's keys take the places of those that the block before still saw.
    private int TasksOf(RowRun run) => isRing ? 1 : (run.Rows + CachedAttention.QueryBlock - 1) / CachedAttention.QueryBlock;

    private nint RowOf(int sequence, int group) => (((nint)sequence * heads.KvHeads) + group) * capacity;

    private void Append(RowRun run, int group, int first, int rows)
    {
        const int Panel = TierKernels.PanelWidth;
        var cached = RowOf(run.Sequence, group);
        for (var r = first; r < first + rows; r++)
        {
            var row = x + ((nint)(run.FirstRow + r) * heads.Stride);
            var place = (run.Position + r) % capacity;
            var key = row + heads.KeyOffset + (group * heads.HeadStride);
            var target = keys + ((cached + (place / Panel * Panel)) * heads.HeadSize) + (place % Panel);
            for (var f = 0; f < heads.HeadSize; f++)
            {
                target[f * Panel] = key[f];
            }

            var value = row + heads.ValueOffset + (group * heads.HeadStride);
            new Span<float>(value, heads.HeadStride)
                .CopyTo(new Span<float>(values + ((cached + place) * heads.HeadStride), heads.HeadStride));
        }
    }

    // One group of heads: for a block of a sequence's rows, or in a ring for all of them in turn.
    private void AttendTask(int thread, int task)
    {
        var tasks = TasksOf(pass!.Runs[0]);
        var run = pass.Runs[task / (heads.KvHeads * tasks)];
        var group = task / tasks % heads.KvHeads;
        var own = scratch + (thread * (nint)CachedAttention.ScratchFloats(heads));
        if (!isRing)
        {
            AttendBlock(run, group, task % tasks * CachedAttention.QueryBlock, own);
            return;
        }

        for (var first = 0; first < run.Rows; first += CachedAttention.QueryBlock)
        {
            Append(run, group, first, Math.Min(CachedAttention.QueryBlock, run.Rows - first));
            AttendBlock(run, group, first, own);
        }
    }

    private void AttendBlock(RowRun run, int group, int first, float* own)
    {
        var rows = Math.Min(CachedAttention.QueryBlock, run.Rows - first);
        var head = (nint)group * heads.GroupSize * heads.HeadStride;
        var query = x + ((nint)(run.FirstRow + first) * heads.Stride) + head;
        var output = mixed + ((nint)(run.FirstRow + first) * heads.QueryStride) + head;
        if (rows == 1)
        {
            // The heads of a group see the same keys: they are the rows.
            var attention = new CachedAttention(pass!.Kernels, heads, heads.GroupSize, query, heads.HeadStride, 0, own);
            See(ref attention, run, group, first, rows);
            attention.Write(output, heads.HeadStride);
            return;
        }

        for (var i = 0; i < heads.GroupSize; i++, query += heads.HeadStride, output += heads.HeadStride)
        {
            var attention = new CachedAttention(pass!.Kernels, heads, rows, query, heads.Stride, 1, own);
            See(ref attention, run, group, first, rows);
            attention.Write(output, heads.QueryStride);
        }
    }

    // Places from a panel's first on: the positions before the first query's window are there, and not seen.
    private void See(ref CachedAttention attention, RowRun run, int group, int first, int rows)
    {
        var cached = RowOf(run.Sequence, group);
        var own = run.Position + first;
        var oldest = Math.Max(0, own - heads.Window + 1);
        var place = oldest % capacity;
        var skipped = place % TierKernels.PanelWidth;
        var count = skipped + own + rows - oldest;
        var untilEnd = Math.Min(count, capacity - place + skipped);
        var from = cached + place - skipped;
        var visible = skipped + own + 1 - oldest;
        attention.See(keys + (from * heads.HeadSize), values + (from * heads.HeadStride), untilEnd, visible);
        if (count > untilEnd)
        {
            attention.See(
                keys + (cached * heads.HeadSize), values + (cached * heads.HeadStride), count - untilEnd, visible - untilEnd);
        }
    }
}
