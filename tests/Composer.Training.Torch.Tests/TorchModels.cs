using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

/// <summary>What several of these tests ask of a model.</summary>
internal static class TorchModels
{
    public static readonly AdamWSettings Settings = new(1e-2, 0.1, ClipNorm: 1);

    /// <summary>Grouped heads, an MLP, two attentions; 0.2 million parameters.</summary>
    public static readonly ModelConfiguration Small = TinyModels.Configuration("AMAM", 64, 4, 2, 96, 61, 96);

    public static ITrainableModel Create(ModelConfiguration configuration, TorchEngine? engine = null, int threads = 2, ulong seed = 1) =>
        (engine ?? new TorchEngine(TorchDevice.Cpu)).Create(configuration, new Seed(seed), threads);

    /// <summary>Batches that differ from step to step, from a seed.</summary>
    public static IEnumerable<TokenBatch> Batches(ModelConfiguration configuration, int sequences, int count, ulong seed = 3)
    {
        var rng = new Rng(new Seed(seed));
        return Enumerable.Range(0, count)
            .Select(_ => TinyModels.Batch(configuration, rng, sequences, configuration.MaximumLength)).ToList();
    }

    public static List<double> Losses(ITrainableModel model, IEnumerable<TokenBatch> batches) =>
        [.. batches.Select(batch => model.TrainStep(batch, Settings).Loss)];

    public static List<float[]> Gradients(ITrainableModel model, TokenBatch batch)
    {
        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        model.ComputeGradients(batch, gradients);
        return gradients;
    }

    /// <summary>Values, moments and number of updates, as a checkpoint's bytes.</summary>
    public static byte[] State(ITrainableModel model)
    {
        using var stream = new MemoryStream();
        ModelCheckpoint.Save(model, CheckpointContent.Full, stream);
        return stream.ToArray();
    }

    /// <summary>The worst of max |a − b| / max |b| of each tensor.</summary>
    public static double Difference(List<float[]> actual, List<float[]> expected) => actual.Zip(expected).Max(pair =>
        pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second)) / (double)pair.Second.Max(Math.Abs));
}
