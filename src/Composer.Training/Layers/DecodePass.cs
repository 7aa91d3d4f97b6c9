using System.Runtime.InteropServices;
using Composer.Training.Kernels;
using Composer.Training.Parameters;
using Composer.Training.Threading;

namespace Composer.Training.Layers;

/// <summary>
/// What the layers share while new rows go through the model: a chunk of one sequence, or one row of each of
/// several. Threads share the columns of a product, so that each panel of a matrix is read once.
/// </summary>
/// <remarks>One caller. What a task computes does not depend on the thread: any number gives the same bits.</remarks>
internal sealed unsafe class DecodePass
{
    /// <summary>Multiply-adds below which waking the other threads costs more than it saves.</summary>
    private const long WorthSharing = 1 << 18;
    private const int TasksPerThread = 4;
    private readonly WorkerPool pool;
    private readonly Action<int> takeTasks;
    private readonly Action<int, int> multiplyPanels;
    private readonly List<RowRun> runs = [];
    private Action<int, int>? work;
    private Product product;
    private int tasks;
    private int next;

    public DecodePass(WorkerPool pool, TierKernels kernels, ParameterStore store, ModelGraph graph)
    {
        this.pool = pool;
        Sequence = new SequencePass { Kernels = kernels, Store = store, Stride = graph.Stride };
        (takeTasks, multiplyPanels) = (TakeTasks, MultiplyPanels);
    }

    /// <summary>For what one thread does with all rows: embedding and norms.</summary>
    public SequencePass Sequence { get; }

    public TierKernels Kernels => Sequence.Kernels;

    /// <summary>Stride of the residual stream.</summary>
    public int Stride => Sequence.Stride;

    public int Threads => pool.Threads;

    /// <summary>New rows of this pass.</summary>
    public int Rows { get; private set; }

    /// <summary>Whose they are; each run has the same number of rows.</summary>
    public ReadOnlySpan<RowRun> Runs => CollectionsMarshal.AsSpan(runs);

    /// <summary>Memory that a layer may use within one call.</summary>
    public float* Scratch { get; set; }

    /// <summary>A chunk of one sequence.</summary>
    public void Begin(int sequence, int position, int rows)
    {
        runs.Clear();
        runs.Add(new RowRun(sequence, position, 0, rows));
        Begin(rows);
    }

    /// <summary>One row of each sequence.</summary>
    public void Begin(ReadOnlySpan<int> positions)
    {
        runs.Clear();
        for (var i = 0; i < positions.Length; i++)
        {
            runs.Add(new RowRun(i, positions[i], i, 1));
        }

        Begin(positions.Length);
    }

    /// <summary>y = x · W (+ addend), for all rows.</summary>
    public void Project(PackedMatrix w, float* x, nint ldx, float* y, nint ldy, float* addend = null) =>
        Project(w, Rows, x, ldx, y, ldy, addend);

    /// <summary>y = x · W (+ addend), for so many rows.</summary>
    public void Project(PackedMatrix w, int rows, float* x, nint ldx, float* y, nint ldy, float* addend = null) =>
        Multiply(new Product(
            rows,
            w.Inner,
            Padding.ToGranule(w.Columns),
            (nint)x,
            ldx,
            (nint)(Sequence.Store.Values + w.Offset),
            w.PanelStride,
            (nint)y,
            ldy,
            (nint)addend));

    /// <summary>y = x · Wᵀ for so many rows.</summary>
    public void ProjectBackward(PackedMatrix w, int rows, float* x, nint ldx, float* y, nint ldy) =>
        Multiply(new Product(
            rows,
            w.Columns,
            Padding.ToGranule(w.Inner),
            (nint)x,
            ldx,
            (nint)(Sequence.Store.Transposed + w.Offset),
            w.TransposedPanelStride,
            (nint)y,
            ldy,
            0));

    /// <summary>Runs tasks 0 … count − 1, each once, with the number of the thread that took it.</summary>
    /// <param name="count">Of tasks.</param>
    /// <param name="multiplyAdds">Of all of them together, about.</param>
    /// <param name="task">(thread, task).</param>
    public void Run(int count, long multiplyAdds, Action<int, int> task)
    {
        (tasks, next, work) = (count, 0, task);
        if (multiplyAdds < WorthSharing || count == 1)
        {
            TakeTasks(0);
        }
        else
        {
            pool.Run(takeTasks);
        }

        work = null;
    }

    private void Begin(int rows)
    {
        Rows = rows;
        Sequence.Begin(rows);
    }

    private void TakeTasks(int thread)
    {
        for (var task = Interlocked.Increment(ref next) - 1; task < tasks; task = Interlocked.Increment(ref next) - 1)
        {
            work!(thread, task);
        }
    }

    private void Multiply(in Product product)
    {
        this.product = product;
        Run(
            Math.Min(product.Panels, TasksPerThread * Threads),
            (long)product.Rows * product.Inner * product.Columns,
            multiplyPanels);
    }

    private void MultiplyPanels(int thread, int task)
    {
        var p = product;
        var (first, end) = ((nint)p.Panels * task / tasks, (nint)p.Panels * (task + 1) / tasks);
        var column = first * TierKernels.PanelWidth;
        Kernels.Multiply(
            p.Rows,
            p.Inner,
            (int)(Math.Min(end * TierKernels.PanelWidth, p.Columns) - column),
            (float*)p.X,
            p.StrideX,
            (float*)p.Matrix + (first * p.PanelStride),
            TierKernels.PanelWidth,
            p.PanelStride,
            (float*)p.Y + column,
            p.StrideY,
            p.Addend == 0 ? null : (float*)p.Addend + column);
    }

    // Pointers as integers: records hold none.
    private readonly record struct Product(
        int Rows, int Inner, int Columns, nint X, nint StrideX, nint Matrix, nint PanelStride, nint Y, nint StrideY, nint Addend)
    {
        public int Panels => (Columns + TierKernels.PanelWidth - 1) / TierKernels.PanelWidth;
    }
}
