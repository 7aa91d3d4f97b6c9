using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Parameters;
using Composer.Training.Profiling;
using Composer.Training.Threading;

namespace Composer.Training.Cpu;

/// <summary>
/// A model of the CPU engine: sequences in parallel, each on one thread from end to end. See
/// <see cref="ITrainableModel"/>.
/// </summary>
/// <remarks>
/// A step has two phases: shards of the batch, each its own gradient, added up in order as they are done; then,
/// in blocks, the norm of the sum. The update follows as a third, panel by panel. Nothing is allocated once the sizes have been seen.
/// </remarks>
internal sealed unsafe class CpuModel : ITrainableModel, IReportsMemory
{
    private const int SquaresBlock = 8192;
    private readonly TierKernels kernels;
    private readonly ModelGraph graph;
    private readonly ParameterStore store;
    private readonly GradientShards shards;
    private readonly GradientTurns? turns;
    private readonly SequenceWorker[] workers;
    private readonly WorkerPool pool;
    private readonly double[] blockSquares;
    private readonly Action<int> runShards;
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
    private int shardCount;
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
        PassProfile? profile = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        this.kernels = kernels;
        graph = new ModelGraph(configuration);
        store = new ParameterStore(
            graph.Plan, ParameterLayout.Of(configuration), p => configuration.Parametrization.RateFactorOf(configuration, p));
        shards = new GradientShards(store.Count, threads);
        turns = GradientShards.IsSingle(store.Count) ? new GradientTurns(configuration.Layers.Count + 1) : null;
        workers = new SequenceWorker[threads];
        for (var i = 0; i < threads; i++)
        {
            workers[i] = new SequenceWorker(graph, store, kernels, logitFloats, profile?.AddClock());
        }

        pool = new WorkerPool(threads);
        blockSquares = new double[(store.Count + SquaresBlock - 1) / SquaresBlock];
        (runShards, runInTurn, evaluateSequences) = (RunShards, RunInTurn, EvaluateSequences);
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
        shards.Bytes + (turns?.Bytes ?? 0),
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
            store.Unpack(i, shards.Sum, gradients[i]);
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

        shards.Dispose();
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

        shardCount = GradientShards.CountFor(batch.Sequences, store.Count);
        shards.Begin(shardCount);
        (this.batch, lossScale, next) = (batch, 1f / counted, 0);
        if (turns is null)
        {
            pool.Run(runShards);
        }
        else
        {
            shards.Clear(shards.Sum);
            turns.Begin((long)batch.Length * graph.Stride);
            pool.Run(runInTurn);
            for (var sequence = Math.Max(0, batch.Sequences - GradientTurns.Lag); sequence < batch.Sequences; sequence++)
            {
                workers[0].AddRows(batch, sequence, shards.Sum, turns);
            }
        }

        this.batch = null;
        next = 0;
        pool.Run(sumSquares);

        var (loss, squares) = (0.0, 0.0);
        foreach (var sequence in losses.AsSpan(0, batch.Sequences))
        {
            loss += sequence;
        }

        foreach (var block in blockSquares)
        {
            squares += block;
        }

        return (loss / counted, Math.Sqrt(squares));
    }

    private void RunShards(int worker)
    {
        try
        {
            for (var gradient = shards.Take(out var shard); gradient != null; gradient = shards.Take(out shard))
            {
                var (first, end) = GradientShards.RangeOf(shard, shardCount, batch!.Sequences);
                for (var sequence = first; sequence < end; sequence++)
                {
                    losses[sequence] = workers[worker].Train(batch, sequence, lossScale, gradient, turns: null);
                }

                using var part = workers[worker].Begin(PassPart.Sums);
                shards.Add(kernels, shard, gradient);
            }
        }
        catch
        {
            shards.Abort();
            throw;
        }
    }

    private void RunInTurn(int worker)
    {
        try
        {
            for (var sequence = Take(); sequence < batch!.Sequences; sequence = Take())
            {
                losses[sequence] = workers[worker].Train(batch, sequence, lossScale, shards.Sum, turns);
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
            blockSquares[block] = kernels.SumOfSquares(shards.Sum + offset, (nint)Math.Min(SquaresBlock, store.Count - offset));
        }
    }

    private void UpdateUnits(int worker)
    {
        using var part = workers[worker].Begin(PassPart.Update);
        for (var unit = Take(); unit < store.Units; unit = Take())
        {
            store.Update(kernels, unit, shards.Sum, coefficients);
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
