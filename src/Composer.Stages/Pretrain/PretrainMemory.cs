using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Language.Corpora;
using Composer.Manifests.Model;
using Composer.Training.Models;

namespace Composer.Stages.Pretrain;

/// <summary>
/// What a pre-training keeps in memory, as far as its manifest tells: a machine with less is told so before anything
/// runs, instead of after hours.
/// </summary>
internal static class PretrainMemory
{
    /// <summary>A parameter, its gradient and its two moments, in fp32.</summary>
    private const long OnCpu = 16;

    /// <summary>The same, and a bf16 copy.</summary>
    private const long OnGpu = 18;

    /// <summary>
    /// Activations of one sequence, the least that goes through at once: by token and layer about 12 bytes · parameters ÷
    /// width in attention (48 · dim of 4 · dim²), 7 in an MLP of common width (16 · (dim + hidden) of 3 · dim · hidden).
    /// Where they are more than <see cref="ActivationBudget"/>, the engine computes some of them twice instead.
    /// </summary>
    private const long ByParameterOfWidth = 8;

    /// <summary>By token and word of the vocabulary: logits, their softmax and its gradient; piece by piece where they are many.</summary>
    private const long ByLogit = 16;
    private const long MostOfLogits = 512L << 20;

    /// <summary>Of a parameter in its checkpoints: it and two moments in each of the two that are kept and the one that is written.</summary>
    private const long InCheckpoints = 3 * 12;

    private const long InWeights = 4;

    /// <summary>Of a parameter in one more gradient, fp32: the sum of shards that waits for its other half.</summary>
    private const long InGradient = 4;

    /// <summary>Bytes of memory, of the GPU or of one process on the processor.</summary>
    /// <param name="manifest">Sections <c>extrapolate</c> and <c>pretrain</c>.</param>
    /// <param name="layers">The order; null while it is not known: the target size stands for it.</param>
    public static long Least(ExperimentManifest manifest, LayerSequence? layers)
    {
        var (section, target) = (manifest.Pretrain, manifest.Extrapolate.Target);
        var (length, vocabulary, active) = (section.Training.Length, Vocabulary(section.Corpus), ActiveInLayers(manifest, layers));
        var parameters = Parameters(manifest, layers);
        var (byParameter, mostOfLayers) = section.Resources.Gpus > 0 ? (OnGpu, ActivationBudget.OnGpu) : (OnCpu, ActivationBudget.OnCpu);
        var gradients = int.Log2(Math.Max(1, section.Training.GradientShards / section.Resources.Ranks));
        return (parameters * (byParameter + (InGradient * gradients)))
            + Math.Min(length * (ByParameterOfWidth * active / target.Shape.Dim), mostOfLayers)
            + Math.Min(length * ByLogit * vocabulary, MostOfLogits);
    }

    /// <summary>Bytes of disk: of the checkpoints while it trains, and of the weights that stay.</summary>
    /// <inheritdoc cref="Least"/>
    public static (long Checkpoints, long Weights) Disk(ExperimentManifest manifest, LayerSequence? layers)
    {
        var parameters = Parameters(manifest, layers);
        return (InCheckpoints * parameters, InWeights * parameters);
    }

    private static long Parameters(ExperimentManifest manifest, LayerSequence? layers) =>
        InLayers(manifest, layers) + ((long)Vocabulary(manifest.Pretrain.Corpus) * manifest.Extrapolate.Target.Shape.Dim);

    private static long InLayers(ExperimentManifest manifest, LayerSequence? layers)
    {
        var target = manifest.Scaling.Target;
        return layers is null ? target.Size.Parameters : ArchitectureCosts.Of(layers, target.ShapeOf(layers), 0).LayerParameters;
    }

    /// <summary>Those that a token goes through, of which activations are kept.</summary>
    private static long ActiveInLayers(ExperimentManifest manifest, LayerSequence? layers) => layers is null
        ? InLayers(manifest, layers)
        : ArchitectureCosts.Of(layers, manifest.Extrapolate.Target.Shape, 0).ActiveLayerParameters;

    private static int Vocabulary(CorpusSettings corpus) => corpus.Tokenizer switch
    {
        "bytes" => 256,
        "bpe" => corpus.Vocabulary,

        // Token shards are told of theirs; what a tokenizer's file has, only reading it tells.
        _ => corpus.Corpus.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? corpus.Vocabulary : 0,
    };
}
