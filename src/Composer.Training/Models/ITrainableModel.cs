using Composer.Training.Optimization;

namespace Composer.Training.Models;

/// <summary>
/// The contract that every engine keeps, at the level of a model's step. Not thread-safe: one caller.
/// </summary>
/// <remarks>
/// Loss is the cross-entropy in nats, its mean over the counted targets of the whole batch. What training adds to it
/// (<see cref="Composer.Architecture.Primitives.Primitive.AuxiliaryLossFactor"/>: the mean over the sequences with a counted
/// target) is in the gradients alone, never in a loss that is told. Deterministic: the same calls give the same bits whatever
/// the number of threads.
/// </remarks>
public interface ITrainableModel : IDisposable
{
    ModelConfiguration Configuration { get; }

    /// <summary>Every parameter in canonical order; see <see cref="ParameterLayout"/>.</summary>
    IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>Updates done so far; AdamW's bias correction depends on it.</summary>
    long UpdatesDone { get; }

    /// <summary>Copies one of the state's tensors out, row-major.</summary>
    /// <param name="parameter">Index into <see cref="Parameters"/>.</param>
    /// <param name="slot">The parameter itself or one of AdamW's moments.</param>
    /// <param name="destination">As many elements as the parameter has.</param>
    void Read(int parameter, StateSlot slot, Span<float> destination);

    /// <summary>Replaces one of the state's tensors, row-major.</summary>
    void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source);

    /// <summary>Sets <see cref="UpdatesDone"/>, when a checkpoint is restored.</summary>
    void RestoreUpdatesDone(long updates);

    /// <summary>Forward, backward and one AdamW update.</summary>
    /// <returns>Loss before the update, and the gradient's norm before clipping. When either is not finite,
    /// the update was not applied.</returns>
    /// <exception cref="ArgumentException">No target counts, a token is outside the vocabulary, or the batch is longer
    /// than the configuration allows.</exception>
    StepResult TrainStep(TokenBatch batch, in AdamWSettings settings);

    /// <summary>Forward and backward without an update; the gradient in canonical layout, of the mean loss and what training adds.</summary>
    /// <param name="gradients">One row-major array per parameter, overwritten.</param>
    double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients);

    /// <summary>Forward only: the summed loss and how many targets were predicted right.</summary>
    /// <param name="batch">What to evaluate; positions with ignored targets count for nothing.</param>
    /// <param name="predictions">Empty, or [Sequences, Length]: the most likely token where the target counts
    /// (the first on ties), else <see cref="TokenBatch.Ignored"/>.</param>
    BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default);

    /// <summary>Forward only, one sequence: the natural-log probability of each counted target.</summary>
    /// <param name="inputs">[T] tokens.</param>
    /// <param name="targets">[T] tokens or <see cref="TokenBatch.Ignored"/>.</param>
    /// <param name="logProbabilities">[T]; 0 where the target is ignored.</param>
    /// <param name="predictions">[T]; the most likely token where the target counts, else Ignored.</param>
    void Score(
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        Span<double> logProbabilities,
        Span<int> predictions);

    /// <summary>A decoder over this model's current parameters, for one sequence, with a key-value cache.</summary>
    /// <param name="maximumLength">
    /// Tokens that there is room for, at least 1; more than <see cref="ModelConfiguration.MaximumLength"/> too: the rotary
    /// positions go on.
    /// </param>
    /// <remarks>Only for <see cref="ModelHead.Language"/>. Invalid after the next update.</remarks>
    IDecoder CreateDecoder(int maximumLength);

    /// <summary>Decodes several sequences side by side; otherwise as <see cref="CreateDecoder"/>.</summary>
    /// <param name="maximumLength">Tokens that each sequence has room for.</param>
    /// <param name="sequences">At least 1.</param>
    IBatchDecoder CreateBatchDecoder(int maximumLength, int sequences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        return new SequentialBatchDecoder(this, maximumLength, sequences);
    }
}

/// <summary>Tensors kept for each parameter. Values are only ever appended.</summary>
public enum StateSlot
{
    Parameter = 0,
    FirstMoment = 1,
    SecondMoment = 2,
}

/// <param name="Loss">Mean cross-entropy over the counted targets, in nats.</param>
/// <param name="GradientNorm">Euclidean norm over all parameters, before clipping.</param>
/// <param name="CountedTargets">Targets that entered the loss.</param>
public readonly record struct StepResult(double Loss, double GradientNorm, int CountedTargets)
{
    /// <summary>Whether the update was applied.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
}

/// <param name="SummedLoss">Cross-entropy summed over the counted targets, in nats.</param>
/// <param name="CountedTargets">How many that were.</param>
/// <param name="Correct">How many of them were the most likely token.</param>
public readonly record struct BatchMetrics(double SummedLoss, int CountedTargets, int Correct)
{
    public double MeanLoss => SummedLoss / CountedTargets;

    public double Accuracy => (double)Correct / CountedTargets;
}
