using System.Globalization;
using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Tasks;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Mad.Evaluation;

/// <summary>One candidate to train on one task with one setting: the <c>evaluate</c> unit.</summary>
/// <param name="Layers">The candidate.</param>
/// <param name="Shape">Its widths.</param>
/// <param name="Task">The task.</param>
/// <param name="TaskSettings">The task's difficulty.</param>
/// <param name="Settings">How to train and test.</param>
/// <param name="Seed">
/// The seed of data, order and initial parameters, each derived by name; the data by the task's name too and
/// the parameters by the tensors' names. It must not depend on the candidate, so that all see the same data.
/// </param>
/// <remarks>An immutable value; equal when every field is.</remarks>
public sealed record CandidateEvaluation(
    LayerSequence Layers,
    ModelShape Shape,
    MadTask Task,
    MadTaskSettings TaskSettings,
    EvaluationSettings Settings,
    Seed Seed)
{
    /// <summary>Training tokens of a whole training: what its cost is proportional to.</summary>
    public long PlannedTokens => (long)Settings.LastEpoch * Settings.Samples * Task.InputLength(TaskSettings);

    /// <summary>Tokens of one scoring of the test set; each costs about a third of a training token.</summary>
    public long TestTokens => (long)Settings.TestSamples * Task.InputLength(TaskSettings);

    /// <summary>Positions of the longest samples, in training or in a test.</summary>
    private int LongestLength =>
        Settings.TestedMultiples.Select(TaskSettings.Longer).Append(TaskSettings).Max(Task.InputLength);

    /// <summary>What a training of a seed is trained and tested on.</summary>
    /// <param name="task">The task.</param>
    /// <param name="settings">Settings that it accepts.</param>
    /// <param name="seed">Of the training.</param>
    /// <param name="training">Training samples.</param>
    /// <param name="test">Test samples.</param>
    public static TaskData DataOf(MadTask task, MadTaskSettings settings, Seed seed, int training, int test) =>
        new(task, settings, seed.Derive("data").Derive(task.Name), training, test);

    /// <summary>What is wrong, one sentence each; empty when it can run.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> mistakes = [.. Shape.Validate(), .. Settings.Validate(), .. Task.Validate(TaskSettings)];
        if (mistakes.Count == 0)
        {
            mistakes.AddRange(TaskData.Validate(Task, TaskSettings, Settings.Samples, Settings.TestSamples));
            mistakes.AddRange(Settings.TestedMultiples.SelectMany(multiple => Task.Validate(TaskSettings.Longer(multiple))));
        }

        return mistakes;
    }

    /// <summary>Trains and tests. A training that diverges is a failed result, not an exception.</summary>
    /// <param name="engine">What to train on.</param>
    /// <param name="threads">Threads of one model; never changes the result.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellation">Checked at every step.</param>
    /// <exception cref="ArgumentException"><see cref="Validate"/> has something to say.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EvaluationResult Run(
        ITrainingEngine engine,
        int threads = 1,
        Action<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (Validate() is { Count: > 0 } mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes));
        }

        var data = DataOf(Task, TaskSettings, Seed, Settings.Samples, Settings.TestSamples);
        var length = data.Training.Length;
        var configuration = new ModelConfiguration(Layers, Shape, TaskSettings.Vocabulary, LongestLength)
        {
            Head = Task.Head,
            Parametrization = new Parametrization(Settings.Initialization, Settings.Rates),
        };
        using var model = engine.Create(configuration, Seed.Derive("initialization"), threads);
        var batches = new EpochBatches(Settings.Samples, length, Settings.Batch);
        var test = new TestSet(data.Test, Settings.Batch, TaskSettings.Vocabulary);
        ILearningRateSchedule schedule = Settings.Schedule == RateSchedule.Cosine
            ? new CosineSchedule(Settings.PlannedUpdates)
            : new ConstantSchedule();
        var curve = new List<EpochRecord>();
        var (updates, tokens) = (0L, 0L);
        for (var epoch = 1; epoch <= Settings.LastEpoch; epoch++)
        {
            var samples = Settings.Fresh ? data.FreshTraining(epoch - 1) : data.Training;
            var (summedLoss, steps) = (0.0, 0);
            foreach (var batch in batches.Of(samples, Seed.Derive("order", epoch)))
            {
                cancellation.ThrowIfCancellationRequested();
                var step = model.TrainStep(batch, Update(schedule.FactorAt(updates)));
                if (!step.IsFinite)
                {
                    var what = double.IsFinite(step.Loss) ? "gradient" : "loss";
                    return Result(
                        EvaluationStatus.Failed, $"The {what} of update {Text(updates + 1)} in epoch {Text(epoch)} is not finite.");
                }

                updates++;
                steps++;
                summedLoss += step.Loss;
                tokens += batch.Inputs.Length;
            }

            var metrics = Settings.TestsAfter(epoch) ? test.Score(model, cancellation) : null;
            if (metrics is not null && !double.IsFinite(metrics.Loss))
            {
                return Result(EvaluationStatus.Failed, $"The test loss after epoch {Text(epoch)} is not finite.");
            }

            curve.Add(new EpochRecord(epoch, summedLoss / steps, metrics));
            progress?.Invoke(new EvaluationProgress(epoch, Settings.LastEpoch, tokens, PlannedTokens, curve[^1]));
            if (epoch < Settings.LastEpoch && metrics is not null && metrics.MacroRecall > Settings.StopAccuracy)
            {
                return Tested(Result(EvaluationStatus.StoppedEarly, null));
            }
        }

        return Tested(Result(EvaluationStatus.Finished, null));

        EvaluationResult Tested(EvaluationResult result)
        {
            LengthMetrics[] longer = [.. Settings.TestedMultiples.Select(multiple => AtMultiple(model, data, multiple, cancellation))];
            return longer.Length == 0 ? result
                : longer.FirstOrDefault(l => !double.IsFinite(l.Test.Loss)) is { } wrong
                ? result with
                {
                    Status = EvaluationStatus.Failed,
                    Failure = $"The test loss at the length {Text(wrong.Length)} is not finite.",
                }
                : result with { Lengths = [new LengthMetrics(length, curve[^1].Test!), .. longer] };
        }

        EvaluationResult Result(EvaluationStatus status, string? failure) => new()
        {
            Layers = Layers.ToString(),
            Task = Task.Name,
            Status = status,
            Failure = failure,
            Curve = curve,
            Updates = updates,
            TrainedTokens = tokens,
        };
    }

    private LengthMetrics AtMultiple(ITrainableModel model, TaskData data, int multiple, CancellationToken cancellation)
    {
        var samples = data.LongerTest(multiple, Settings.TestSamples);
        var test = new TestSet(samples, Math.Max(1, Settings.Batch / multiple), TaskSettings.Vocabulary);
        return new LengthMetrics(samples.Length, test.Score(model, cancellation));
    }

    private AdamWSettings Update(double factor) => new(
        Settings.LearningRate * factor,
        Settings.WeightDecay,
        Settings.Beta1,
        Settings.Beta2,
        ClipNorm: Settings.Clip > 0 ? Settings.Clip : double.PositiveInfinity);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
