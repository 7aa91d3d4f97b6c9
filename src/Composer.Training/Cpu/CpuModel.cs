using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Parameters;
using Composer.Training.Profiling;
using Composer.Training.Ranks;
using Composer.Training.Threading;

namespace Composer.Training.Cpu;

/// <summary>
/// A model of the CPU engine: sequences in parallel, each on one thread from end to end. See
/// <see cref="ITrainableModel"/>.
/// </summary>
/// <remarks>
/// A step has two phases: pieces of the batch, each its own gradient, added up in order as they are done; then,
/// in blocks, the norm of the sum. The update follows as a third, panel by panel. Nothing is allocated once the sizes have been seen.
/// Between the first two, what several ranks have is added (<see cref="RankSum"/>): by this thread, which is the one that speaks.
/// </remarks>
internal sealed unsafe class CpuModel : ITrainableModel, IReportsMemory, ISharedGradient
{
    private const int SquaresBlock = 8192;

    /// <summary>Numbers that a thread adds at once.</summary>
    private const int SumBlock = 1 << 16;
    private readonly TierKernels kernels;
    private readonly ModelGraph graph;
    private readonly ParameterStore store;
    private readonly GradientSplit split;
    private readonly RankSum rankSum;
    private readonly GradientPieces pieces;
    private readonly GradientTurns? turns;
    private readonly SequenceWorker[] workers;
    private readonly WorkerPool pool;
    private readonly double[] blockSquares;
    private readonly Action<int> runPieces;
    private readonly Action<int> addBlocks;
    private readonly Action<int> runInTurn;
    private readonly Action<int> sumSquares;
    private readonly Action<int> updateUnits;
    private readonly Action<int> evaluateSequences;
    private double[] losses = [];
    private BatchMetrics[] metrics = [];
    private TokenBatch? batch;
    private AdamWCoefficients coefficients;
    private int* predictions;
    private float lossScale;
    private float sequenceShare;
    private float* shardGradient;
    private float* addedTo;
    private float* added;
    private long addedCount;
    private int endOfShard;
    private int next;
    private bool transposedIsStale;
    private bool outputIsStale;
    private bool disposed;

    public CpuModel(
        ModelConfiguration configuration,
        Seed initialization,
        int threads,
        TierKernels kernels,
        int logitFloats = SequenceWorker.LogitFloats,
        PassProfile? profile = null,
        GradientSplit? split = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        this.kernels = kernels;
        graph = new ModelGraph(configuration);
        store = new ParameterStore(
            graph.Plan, ParameterLayout.Of(configuration), p => configuration.Parametrization.RateFactorOf(configuration, p));
        this.split = split ?? GradientSplit.Whole;
        rankSum = new RankSum(this.split.Ranks);
        pieces = new GradientPieces(store.Count, threads);
        turns = GradientPieces.IsSingle(store.Count) ? new GradientTurns(configuration.Layers.Count + 1) : null;
        workers = new SequenceWorker[threads];
        for (var i = 0; i < threads; i++)
        {
            workers[i] = new SequenceWorker(graph, store, kernels, logitFloats, profile?.AddClock());
        }

        pool = new WorkerPool(threads);
        blockSquares = new double[(store.Count + SquaresBlock - 1) / SquaresBlock];
        (runPieces, runInTurn, evaluateSequences, addBlocks) = (RunPieces, RunInTurn, EvaluateSequences, AddBlocks);
        (sumSquares, updateUnits) = (SumSquares, UpdateUnits);
        Initialize(initialization);
    }

    public ModelConfiguration Configuration => graph.Configuration;

    public IReadOnlyList<ParameterDescription> Parameters => store.Parameters;

    public long UpdatesDone { get; private set; }

    /// <summary>What the model has allocated so far.</summary>
    public TrainingMemory Memory => new(
        store.Parameters.Sum(parameter => parameter.Count) * TrainingMemory.BytesPerParameter,
        store.Bytes,
        pieces.Bytes + (turns?.Bytes ?? 0) + rankSum.Bytes,
        workers.Max(worker => worker.Bytes),
        workers.Length);

    public void Read(int parameter, StateSlot slot, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        store.Unpack(parameter, ArrayOf(slot), destination);
        GC.KeepAlive(this);
    }

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        store.Pack(parameter, ArrayOf(slot), source);
        transposedIsStale |= slot == StateSlot.Parameter;
        outputIsStale |= slot == StateSlot.Parameter;
        GC.KeepAlive(this);
    }

    public void RestoreUpdatesDone(long updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        UpdatesDone = updates;
    }

    public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings)
    {
        var (loss, norm) = AccumulateGradient(batch);
        var result = new StepResult(loss, norm, batch.CountedTargets);
        if (result.IsFinite)
        {
            UpdatesDone++;
            coefficients = new AdamWCoefficients(settings, UpdatesDone, norm);
            next = 0;
            pool.Run(updateUnits);
        }

        GC.KeepAlive(this);
        return result;
    }

    public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients)
    {
        if (gradients.Count != Parameters.Count)
        {
            throw new ArgumentException($"{Parameters.Count} gradients are wanted, not {gradients.Count}.", nameof(gradients));
        }

        var (loss, _) = AccumulateGradient(batch);
        for (var i = 0; i < gradients.Count; i++)
        {
            store.Unpack(i, pieces.Sum, gradients[i]);
        }

        GC.KeepAlive(this);
        return loss;
    }

    public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default)
    {
        Check(batch.Inputs, batch.Targets, batch.Length);
        if (!predictions.IsEmpty && predictions.Length != batch.Inputs.Length)
        {
            throw new ArgumentException($"{batch.Inputs.Length} predictions are wanted, not {predictions.Length}.", nameof(predictions));
        }

        PrepareForward();
        if (metrics.Length < batch.Sequences)
        {
            metrics = new BatchMetrics[batch.Sequences];
        }

        fixed (int* pinned = predictions)
        {
            (this.batch, next) = (batch, 0);
            this.predictions = pinned;
            pool.Run(evaluateSequences);
            this.batch = null;
            this.predictions = null;
        }

        var (loss, counted, correct) = (0.0, 0, 0);
        foreach (var sequence in metrics.AsSpan(0, batch.Sequences))
        {
            loss += sequence.SummedLoss;
            counted += sequence.CountedTargets;
            correct += sequence.Correct;
        }

        GC.KeepAlive(this);
        return new BatchMetrics(loss, counted, correct);
    }

    public void Score(
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        Span<double> logProbabilities,
        Span<int> predictions)
    {
        if (inputs.IsEmpty || targets.Length != inputs.Length
            || logProbabilities.Length != inputs.Length || predictions.Length != inputs.Length)
        {
            throw new ArgumentException("Inputs, targets, log-probabilities and predictions must have one length, at least 1.");
        }

        Check(inputs, targets, inputs.Length);
        PrepareForward();
        workers[0].Evaluate(inputs, targets, logProbabilities, predictions);
        GC.KeepAlive(this);
    }

    public IDecoder CreateDecoder(int maximumLength) => new CpuDecoder(NewDecoder(maximumLength, 1));

    public IBatchDecoder CreateBatchDecoder(int maximumLength, int sequences) => NewDecoder(maximumLength, sequences);

    long ISharedGradient.Count => store.Count;

    ReadOnlySpan<float> ISharedGradient.Send(long start, int count) => new(pieces.Sum + start, count);

    void ISharedGradient.Add(long start, ReadOnlySpan<float> others)
    {
        fixed (float* numbers = others)
        {
            AddTo(pieces.Sum + start, numbers, others.Length);
        }
    }

    void ISharedGradient.Replace(long start, ReadOnlySpan<float> others) =>
        others.CopyTo(new Span<float>(pieces.Sum + start, others.Length));

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        pool.Dispose();
        foreach (var worker in workers)
        {
            worker.Dispose();
        }

        pieces.Dispose();
        turns?.Dispose();
        store.Dispose();
        graph.Dispose();
    }

    private CpuBatchDecoder NewDecoder(int maximumLength, int sequences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        if (Configuration.Head != ModelHead.Language)
        {
            throw new InvalidOperationException("Only a language model decodes token by token.");
        }

        PrepareForward();
        graph.Rotary.Reach(maximumLength);
        return new CpuBatchDecoder(this, graph, new DecodePass(pool, kernels, store, graph), maximumLength, sequences);
    }

    private void Initialize(Seed seed)
    {
        // A tensor's numbers are a stream of its own: threads share the tensors.
        next = 0;
        pool.Run(_ =>
        {
            for (var i = Take(); i < Parameters.Count; i = Take())
            {
                var (parameter, rng) = (Parameters[i], ModelInitializer.StreamOf(Parameters[i], seed));
                store.Fill(i, values => ModelInitializer.Fill(Configuration, parameter, rng, values));
            }
        });
        (outputIsStale, transposedIsStale) = (true, true);
    }

    private float* ArrayOf(StateSlot slot) => slot switch
    {
        StateSlot.Parameter => store.Values,
        StateSlot.FirstMoment => store.FirstMoments,
        StateSlot.SecondMoment => store.SecondMoments,
        _ => throw new ArgumentOutOfRangeException(nameof(slot)),
    };

    private void PrepareBackward()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (transposedIsStale)
        {
            store.RepackAll(kernels);
            (transposedIsStale, outputIsStale) = (false, false);
        }
    }

    // Of the transposed copies a forward reads the output projection's alone: a model that only decodes never touches the rest.
    private void PrepareForward()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (outputIsStale)
        {
            store.Repack(kernels, graph.Output);
            outputIsStale = false;
        }
    }

    private (double MeanLoss, double Norm) AccumulateGradient(TokenBatch batch)
    {
        Check(batch.Inputs, batch.Targets, batch.Length);
        var counted = batch.CountedTargets;
        if (counted == 0)
        {
            throw new ArgumentException("No target of the batch counts.", nameof(batch));
        }

        PrepareBackward();
        if (losses.Length < batch.Sequences)
        {
            losses = new double[batch.Sequences];
        }

        split.Require(batch.Sequences);
        pieces.Begin(split, batch.Sequences);
        (this.batch, lossScale, sequenceShare, next) = (batch, 1f / counted, 1f / batch.CountedSequences, 0);
        if (turns is null)
        {
            pool.Run(runPieces);
        }
        else
        {
            for (var shard = 0; shard < split.ShardsOfRank; shard++)
            {
                RunShardInTurn(batch, split.FirstShard + shard, turns);
            }
        }

        this.batch = null;
        var loss = SumOfLosses(batch.Sequences);
        if (split.Ranks.Count > 1)
        {
            loss = rankSum.Add(loss);
            rankSum.Add(this);
        }

        next = 0;
        pool.Run(sumSquares);
        var squares = 0.0;
        foreach (var block in blockSquares)
        {
            squares += block;
        }

        return (loss / counted, Math.Sqrt(squares));
    }

    // Within a shard in the order of the sequences, between shards in the pairs of their gradients.
    private double SumOfLosses(int sequences)
    {
        Span<double> sums = stackalloc double[split.GradientsAtOnce];
        var depth = 0;
        for (var shard = 0; shard < split.ShardsOfRank; shard++)
        {
            var (first, end) = split.RangeOf(split.FirstShard + shard, sequences);
            var sum = 0.0;
            foreach (var sequence in losses.AsSpan(first, end - first))
            {
                sum += sequence;
            }

            sums[depth++] = sum;
            for (var pairs = GradientSplit.PairsAfter(shard + 1); pairs > 0; pairs--)
            {
                depth--;
                sums[depth - 1] += sums[depth];
            }
        }

        return sums[0];
    }

    private void RunShardInTurn(TokenBatch batch, int shard, GradientTurns turns)
    {
        var (first, end) = split.RangeOf(shard, batch.Sequences);
        shardGradient = pieces.TakeShard();
        turns.Begin((long)batch.Length * graph.Stride, first);
        (next, endOfShard) = (first, end);
        pool.Run(runInTurn);
        for (var sequence = Math.Max(first, end - GradientTurns.Lag); sequence < end; sequence++)
        {
            workers[0].AddRows(batch, sequence, shardGradient, turns);
        }

        for (var pairs = pieces.PairsAfterShard(); pairs > 0; pairs--)
        {
            var (lower, upper) = pieces.PairOfSums();
            AddTo((float*)lower, (float*)upper, store.Count);
            pieces.EndPair();
        }
    }

    private void AddTo(float* sum, float* other, long count)
    {
        addedTo = sum;
        added = other;
        (addedCount, next) = (count, 0);
        pool.Run(addBlocks);
    }

    private void AddBlocks(int worker)
    {
        using var part = workers[worker].Begin(PassPart.Sums);
        for (var start = (long)Take() * SumBlock; start < addedCount; start = (long)Take() * SumBlock)
        {
            kernels.Add(addedTo + start, added + start, (nint)Math.Min(SumBlock, addedCount - start));
        }
    }

    private void RunPieces(int worker)
    {
        try
        {
            for (var gradient = pieces.Take(out var piece, out var first, out var end);
                gradient != null;
                gradient = pieces.Take(out piece, out first, out end))
            {
                for (var sequence = first; sequence < end; sequence++)
                {
                    losses[sequence] = workers[worker].Train(batch!, sequence, lossScale, sequenceShare, gradient, turns: null);
                }

                using var part = workers[worker].Begin(PassPart.Sums);
                pieces.Add(kernels, piece, gradient);
            }
        }
        catch
        {
            pieces.Abort();
            throw;
        }
    }

    private void RunInTurn(int worker)
    {
        try
        {
            for (var sequence = Take(); sequence < endOfShard; sequence = Take())
            {
                losses[sequence] = workers[worker].Train(batch!, sequence, lossScale, sequenceShare, shardGradient, turns);
            }
        }
        catch
        {
            turns!.Abort();
            throw;
        }
    }

    private void SumSquares(int worker)
    {
        using var part = workers[worker].Begin(PassPart.Sums);
        for (var block = Take(); block < blockSquares.Length; block = Take())
        {
            var offset = (long)block * SquaresBlock;
            blockSquares[block] = kernels.SumOfSquares(pieces.Sum + offset, (nint)Math.Min(SquaresBlock, store.Count - offset));
        }
    }

    private void UpdateUnits(int worker)
    {
        using var part = workers[worker].Begin(PassPart.Update);
        for (var unit = Take(); unit < store.Units; unit = Take())
        {
            store.Update(kernels, unit, pieces.Sum, coefficients);
        }
    }

    private void EvaluateSequences(int worker)
    {
        var (length, sequences) = (batch!.Length, batch.Sequences);
        for (var sequence = Take(); sequence < sequences; sequence = Take())
        {
            metrics[sequence] = workers[worker].Evaluate(
                batch.Inputs.AsSpan(sequence * length, length),
                batch.Targets.AsSpan(sequence * length, length),
                default,
                predictions == null ? default : new Span<int>(predictions + ((nint)sequence * length), length));
        }
    }

    private int Take() => Interlocked.Increment(ref next) - 1;

    private void Check(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int length)
    {
        if (length > Configuration.MaximumLength)
        {
            throw new ArgumentException($"{length} positions; the model takes at most {Configuration.MaximumLength}.");
        }

        var vocabulary = (uint)Configuration.Vocabulary;
        for (var i = 0; i < inputs.Length; i++)
        {
            if ((uint)inputs[i] >= vocabulary)
            {
                throw new ArgumentException($"Token {inputs[i]} at {i} is outside the vocabulary of {vocabulary}.");
            }

            if ((uint)targets[i] >= vocabulary && targets[i] != TokenBatch.Ignored)
            {
                throw new ArgumentException($"Target {targets[i]} at {i} is outside the vocabulary of {vocabulary}.");
            }
        }
    }
}
