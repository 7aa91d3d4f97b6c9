using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Cpu;

public sealed class MemoryTests
{
    /// <summary>The transposed copy makes 1.25; the rest is padding.</summary>
    private const double MostOfParameterBytes = 1.3;

    [Theory]
    [InlineData("AM", 64, 4, 100, 80_000, 32, 9, 1)] // most of it the embedding
    [InlineData("AMAM", 256, 8, 3000, 64, 32, 9, 3)] // most of it layers
    [InlineData("AAMMMMMAAMMMAMMM", 256, 8, 688, 4096, 512, 1, 2)] // the pre-training shape of the benchmarks
    public void Large_models_take_at_most_a_third_more_than_training_must(
        string layers, int dim, int heads, int hidden, int vocabulary, int length, int sequences, int threads)
    {
        var configuration = Batches.Configuration(layers, dim, heads, heads, hidden, vocabulary, length);
        using var model = (CpuModel)new CpuEngine().Create(configuration, new Seed(1), threads);
        model.TrainStep(Batches.Random(sequences, length, vocabulary, 2), new AdamWSettings(1e-3, 0.1));
        var memory = model.Memory;
        Assert.InRange(memory.ParameterBytes, 16 * 4_900_000, long.MaxValue);
        Assert.InRange((memory.StoreBytes + memory.GradientBytes) / (double)memory.ParameterBytes, 1, MostOfParameterBytes);
    }

    [Fact]
    public void Logits_of_a_large_vocabulary_and_a_long_sequence_are_never_there_at_once()
    {
        var configuration = Batches.Configuration("M", 2, 1, 1, 2, 131_072, 48);
        using var model = (CpuModel)new CpuEngine().Create(configuration, new Seed(1), 1);
        var batch = Batches.Random(2, 48, 131_072, 2);
        var loss = model.TrainStep(batch, new AdamWSettings(1e-3, 0.1)).Loss;
        Assert.Equal(Math.Log(131_072), loss, 0.5);
        Assert.InRange(model.Memory.ActivationBytes, 1, 16L << 20);
    }

    [Fact]
    public void Sequences_of_8192_positions_train()
    {
        var configuration = Batches.Configuration("AAM", 20, 2, 1, 16, 80, 8192);
        using var model = (CpuModel)new CpuEngine().Create(configuration, new Seed(1), 1);
        var batch = Batches.Random(1, 8192, 80, 2);
        Assert.Equal(Math.Log(80), model.TrainStep(batch, new AdamWSettings(1e-3, 0.1)).Loss, 0.5);
        Assert.InRange(model.Memory.ActivationBytes, 1, 64L << 20);
    }

    [Theory]
    [InlineData(ModelHead.Language)]
    [InlineData(ModelHead.Compression)]
    public void Head_in_pieces_agrees_with_the_oracle(ModelHead head)
    {
        // 16 rows at once, the fewest; the last piece has 5 tokens.
        var configuration = Batches.Configuration("MA", 12, 3, 1, 7, 67, 37, head);
        using var model = new CpuModel(configuration, new Seed(1), 2, InstructionSet.Kernels, logitFloats: 1);
        Batches.Spread(model, 4);
        using var comparison = new EngineComparison(model);
        var batch = Batches.Random(1, 37, 67, 3);
        var (error, where) = comparison.Gradients(batch);
        Assert.True(error < 1e-4, $"gradient of {where}: {error:e2}");

        var (logProbabilities, predictions) = (new double[37], new int[37]);
        model.Score(batch.Inputs, batch.Targets, logProbabilities, predictions);
        var metrics = model.Evaluate(batch);
        Assert.Equal(metrics.SummedLoss, -logProbabilities.Sum(), 1e-9);
        Assert.Equal(batch.CountedTargets, metrics.CountedTargets);
        Assert.Equal(metrics.MeanLoss, model.TrainStep(batch, new AdamWSettings(1e-3, 0.1)).Loss, 1e-5);
    }
}
