using Composer.Architecture;
using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>Small models and batches of odd shapes, from a seed.</summary>
public static class TinyModels
{
    /// <summary>Every way in which a model may begin and learn.</summary>
    public static IReadOnlyList<Parametrization> Parametrizations { get; } =
    [
        .. from initialization in Enum.GetValues<InitializationRule>()
           from rates in Enum.GetValues<RateRule>()
           select new Parametrization(initialization, rates),
    ];

    public static ModelConfiguration Configuration(
        string layers,
        int dim,
        int heads,
        int kvHeads,
        int hidden,
        int vocabulary,
        int maximumLength,
        ModelHead head = ModelHead.Language) =>
        new(LayerSequence.FromSymbols(layers), new ModelShape(dim, heads, kvHeads, hidden), vocabulary, maximumLength)
        {
            Head = head,

            // At widths of a few, a rate by fan-in would be many times the rate.
            Parametrization = new Parametrization(InitializationRule.FanIn, RateRule.Constant),
        };

    /// <summary>Any shape that <see cref="ModelShape.Validate"/> allows, none of its widths round.</summary>
    public static ModelConfiguration Random(Rng rng)
    {
        int[] headSizes = [2, 4, 6, 8, 10, 16];
        var kvHeads = rng.NextInt(1, 5);
        var heads = kvHeads * rng.NextInt(1, 4);
        var layers = string.Concat(Enumerable.Range(0, rng.NextInt(1, 5)).Select(_ => rng.NextBool(0.5) ? 'A' : 'M'));
        return Configuration(
            layers,
            heads * headSizes[rng.NextInt(headSizes.Length)],
            heads,
            kvHeads,
            hidden: rng.NextInt(2, 71),
            vocabulary: rng.NextInt(2, 90),
            maximumLength: rng.NextInt(1, 48),
            rng.NextBool(0.3) ? ModelHead.Compression : ModelHead.Language);
    }

    /// <summary>
    /// What pre-trained Llamas have beyond the defaults: an output projection of its own, and scaled rotations, of which at
    /// this base some pairs stay, some are slowed down in full and some in part.
    /// </summary>
    public static ModelConfiguration Llama3Like() => Configuration("AMMA", 48, 3, 1, 37, 41, 29) with
    {
        RopeTheta = 100,
        RopeScaling = new RopeScaling(8, 1, 4, 40),
        TiesEmbedding = false,
        NormEpsilon = 1e-6f,
    };

    /// <summary>Random tokens; about a third of the targets are ignored, never all.</summary>
    public static TokenBatch Batch(ModelConfiguration configuration, Rng rng, int sequences, int length)
    {
        var inputs = new int[sequences * length];
        var targets = new int[sequences * length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = rng.NextInt(configuration.Vocabulary);
            targets[i] = rng.NextBool(0.3) ? TokenBatch.Ignored : rng.NextInt(configuration.Vocabulary);
        }

        targets[rng.NextInt(targets.Length)] = rng.NextInt(configuration.Vocabulary);
        return new TokenBatch(sequences, length, inputs, targets);
    }

    /// <summary>
    /// Moves every parameter by a normal number: away from the initial point, where norms are 1 and the
    /// logits almost 0, so that no term of a gradient is small by luck.
    /// </summary>
    public static void Disturb(ITrainableModel model, Rng rng, double deviation = 0.15)
    {
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            model.Read(i, StateSlot.Parameter, values);
            for (var j = 0; j < values.Length; j++)
            {
                values[j] += (float)(deviation * rng.NextGaussian());
            }

            model.Write(i, StateSlot.Parameter, values);
        }
    }

    /// <summary>Copies the whole state of one model into another of the same configuration.</summary>
    public static void CopyState(ITrainableModel from, ITrainableModel to)
    {
        foreach (var slot in Enum.GetValues<StateSlot>())
        {
            for (var i = 0; i < from.Parameters.Count; i++)
            {
                var values = new float[from.Parameters[i].Count];
                from.Read(i, slot, values);
                to.Write(i, slot, values);
            }
        }

        to.RestoreUpdatesDone(from.UpdatesDone);
    }
}
