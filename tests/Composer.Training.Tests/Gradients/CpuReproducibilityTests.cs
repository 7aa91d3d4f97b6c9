using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Gradients;

public class CpuReproducibilityTests
{
    private static readonly CpuEngine Engine = new();
    private static readonly AdamWSettings Settings = new(3e-3, 0.1, ClipNorm: 1);

    public static TheoryData<ModelHead> Heads => [.. Enum.GetValues<ModelHead>()];

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_number_of_threads_changes_no_bit(ModelHead head)
    {
        var configuration = TinyModels.Configuration("AMA", 36, 6, 2, 29, 21, 19, head);
        var runs = new[] { 1, 2, 3, 5 }.Select(threads => Run(configuration, threads)).ToList();
        Assert.All(runs, run =>
        {
            Assert.Equal(runs[0].Steps, run.Steps);
            Assert.Equal(runs[0].Metrics, run.Metrics);
            Assert.Equal(runs[0].Predictions, run.Predictions);
            Assert.True(runs[0].State.AsSpan().SequenceEqual(run.State));
        });
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_number_of_threads_changes_no_bit_of_a_model_with_one_gradient(ModelHead head)
    {
        // 4.3 million parameters; fewer sequences than wait, as many, more.
        var configuration = TinyModels.Configuration("MA", 66, 3, 1, 21_000, 21, 7, head);
        var runs = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var model = (CpuModel)Engine.Create(configuration, new Seed(1), threads);
            var rng = new Rng(new Seed(3));
            var steps = new[] { 3, 8, 13 }.Select(
                sequences => model.TrainStep(TinyModels.Batch(configuration, rng, sequences, 7), Settings));
            return (Steps: steps.ToList(), State: Save(model));
        }).ToList();
        Assert.All(runs, run =>
        {
            Assert.Equal(runs[0].Steps, run.Steps);
            Assert.True(runs[0].State.AsSpan().SequenceEqual(run.State));
        });
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_resumed_run_is_the_run_that_never_stopped(ModelHead head)
    {
        var configuration = TinyModels.Configuration("MA", 36, 6, 2, 29, 21, 19, head);
        using var through = Engine.Create(configuration, new Seed(1), threads: 2);
        Train(through, 0, 9);
        using var stopped = Engine.Create(configuration, new Seed(1), threads: 2);
        Train(stopped, 0, 4);

        var checkpoint = ModelCheckpoint.Open(new MemoryStream(Save(stopped)));
        using var resumed = checkpoint.Load(Engine, threads: 3);
        Train(resumed, 4, 9);

        Assert.True(Save(through).AsSpan().SequenceEqual(Save(resumed)));
    }

    [Fact]
    public void A_checkpoint_of_one_engine_is_read_by_another()
    {
        var configuration = TinyModels.Configuration("MA", 12, 6, 2, 29, 21, 9);
        using var model = Engine.Create(configuration, new Seed(1), threads: 1);
        Train(model, 0, 3);
        using var reference = ModelCheckpoint.Open(new MemoryStream(Save(model))).Load(new ReferenceEngine(), threads: 1);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(9)), 2, 9);
        Assert.Equal(reference.Evaluate(batch).MeanLoss, model.Evaluate(batch).MeanLoss, 1e-6);
        Assert.Equal(reference.TrainStep(batch, Settings).Loss, model.TrainStep(batch, Settings).Loss, 1e-6);
        Assert.Equal(reference.Evaluate(batch).MeanLoss, model.Evaluate(batch).MeanLoss, 1e-6);
    }

    [Fact]
    public void A_step_whose_loss_is_not_finite_changes_no_bit()
    {
        var configuration = TinyModels.Configuration("AM", 12, 6, 2, 29, 21, 9);
        using var model = Engine.Create(configuration, new Seed(1), threads: 2);
        Train(model, 0, 2);
        var norm = new float[12];
        model.Read(1, StateSlot.Parameter, norm);
        norm[5] = float.NaN;
        model.Write(1, StateSlot.Parameter, norm);
        var before = Save(model);

        var result = model.TrainStep(TinyModels.Batch(configuration, new Rng(new Seed(4)), 3, 9), Settings);

        Assert.False(result.IsFinite);
        Assert.True(before.AsSpan().SequenceEqual(Save(model)));
    }

    [Fact]
    public void Batches_that_cannot_be_are_refused_and_change_nothing()
    {
        var configuration = TinyModels.Configuration("AM", 12, 6, 2, 29, 7, 9);
        using var model = Engine.Create(configuration, new Seed(1), threads: 1);
        var before = Save(model);
        Assert.Throws<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 1], [-1, -1]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 7], [1, -1]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, -1], [1, -1]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 1], [7, -1]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 2, [0, 1], [-2, 1]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.TrainStep(new TokenBatch(1, 10, new int[10], new int[10]), Settings));
        Assert.ThrowsAny<ArgumentException>(() => model.Score([0, 7], [1, 1], new double[2], new int[2]));
        using var decoder = model.CreateDecoder(9);
        Assert.ThrowsAny<ArgumentException>(() => decoder.Append([7], new float[7]));
        Assert.ThrowsAny<ArgumentException>(() => decoder.Append([], new float[7]));
        Assert.ThrowsAny<ArgumentException>(() => decoder.Append(new int[10], new float[7]));
        Assert.True(before.AsSpan().SequenceEqual(Save(model)));
    }

    private static (List<StepResult> Steps, BatchMetrics Metrics, int[] Predictions, byte[] State) Run(
        ModelConfiguration configuration, int threads)
    {
        using var model = Engine.Create(configuration, new Seed(1), threads);
        var steps = Train(model, 0, 20);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(77)), 7, 19);
        var predictions = new int[7 * 19];
        var metrics = model.Evaluate(batch, predictions);
        return (steps, metrics, predictions, Save(model));
    }

    private static List<StepResult> Train(ITrainableModel model, int from, int to)
    {
        var steps = new List<StepResult>();
        for (var step = from; step < to; step++)
        {
            var rng = new Rng(new Seed(100).Derive("step", step));
            var batch = TinyModels.Batch(model.Configuration, rng, 1 + (step * 10 % 37), model.Configuration.MaximumLength - (step % 3));
            steps.Add(model.TrainStep(batch, Settings));
        }

        return steps;
    }

    private static byte[] Save(ITrainableModel model)
    {
        using var stream = new MemoryStream();
        ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
        return stream.ToArray();
    }
}
