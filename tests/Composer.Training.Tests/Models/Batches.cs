using Composer.Architecture;
using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Tests.Models;

/// <summary>Seeded batches and configurations for the tests of the engine.</summary>
internal static class Batches
{
    public static ModelConfiguration Configuration(
        string layers,
        int dim,
        int heads,
        int kvHeads,
        int hidden,
        int vocabulary,
        int length,
        ModelHead head = ModelHead.Language) =>
        new(LayerSequence.FromSymbols(layers), new ModelShape(dim, heads, kvHeads, hidden), vocabulary, length)
        {
            Head = head,

            // At widths of a few, a rate by fan-in would be many times the rate.
            Parametrization = new Parametrization(InitializationRule.FanIn, RateRule.Constant),
        };

    public static TokenBatch Random(int sequences, int length, int vocabulary, ulong seed, double ignored = 0.2)
    {
        var rng = new Rng(new Seed(seed));
        var inputs = new int[sequences * length];
        var targets = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = rng.NextInt(vocabulary);
            targets[i] = rng.NextBool(ignored) ? TokenBatch.Ignored : rng.NextInt(vocabulary);
        }

        targets[0] = 0;
        return new TokenBatch(sequences, length, inputs, targets);
    }

    public static float[][] Gradients(ITrainableModel model, TokenBatch batch, out double loss)
    {
        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToArray();
        loss = model.ComputeGradients(batch, gradients);
        return gradients;
    }

    /// <summary>Fills the parameters with larger numbers than the initial ones, so that every path matters.</summary>
    public static void Spread(ITrainableModel model, ulong seed)
    {
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var parameter = model.Parameters[i];
            var rng = new Rng(new Seed(seed).Derive(parameter.Name));
            var values = new float[parameter.Count];
            for (var j = 0; j < values.Length; j++)
            {
                values[j] = (float)(parameter.IsVector
                    ? 1 + (0.1 * rng.NextGaussian())
                    : rng.NextGaussian() / Math.Sqrt(parameter.Columns));
            }

            model.Write(i, StateSlot.Parameter, values);
        }
    }
}
