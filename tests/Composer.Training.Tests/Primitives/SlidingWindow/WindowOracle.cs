using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Primitives.SlidingWindow;

/// <summary>
/// The double-precision oracle of attention, asked for one layer of a window: what a position says is what attention
/// says at the end of the window alone, since RoPE turns by distances and nothing else looks back.
/// </summary>
internal static class WindowOracle
{
    /// <summary>A model of windows; <c>W</c> once, <c>M</c> as often as wanted, or several <c>W</c> for other comparisons.</summary>
    public static ModelConfiguration Configuration(string layers, int dim, int heads, int kvHeads, int window, int length) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, heads, kvHeads, 21) { Options = PrimitiveOptions.Empty.With('W', "window", window) },
            Vocabulary: 13,
            length);

    /// <summary>The worst difference of a gradient or of the loss from the oracle's, relative to the tensor's greatest.</summary>
    public static (double Error, string Where) Difference(ITrainableModel model, TokenBatch batch)
    {
        var configuration = model.Configuration;
        var window = configuration.Shape.Options!.Of('W', "window")!.Value;
        using var oracle = new ReferenceModel(OfAttention(configuration), new Seed(0));
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            model.Read(i, StateSlot.Parameter, values);
            oracle.Write(i, StateSlot.Parameter, values);
        }

        var (expectedLoss, expected) = (0.0, model.Parameters.Select(parameter => new double[parameter.Count]).ToList());
        for (var at = 0; at < batch.Inputs.Length; at++)
        {
            if (batch.Targets[at] == TokenBatch.Ignored)
            {
                continue;
            }

            var seen = Math.Min((at % batch.Length) + 1, window);
            int[] targets = [.. Enumerable.Repeat(TokenBatch.Ignored, seen - 1), batch.Targets[at]];
            var (loss, exact) = oracle.ExactGradients(new TokenBatch(1, seen, batch.Inputs[(at + 1 - seen)..(at + 1)], targets));
            expectedLoss += loss / batch.CountedTargets;
            for (var i = 0; i < expected.Count; i++)
            {
                for (var j = 0; j < expected[i].Length; j++)
                {
                    expected[i][j] += exact.Tensors[i].Values[j] / batch.CountedTargets;
                }
            }
        }

        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        var worst = (Error: Math.Abs(model.ComputeGradients(batch, gradients) - expectedLoss) / expectedLoss, Where: "loss");
        var floor = 1e-2 * expected.Max(gradient => gradient.Max(Math.Abs));
        for (var i = 0; i < gradients.Count; i++)
        {
            var error = gradients[i].Zip(expected[i], (a, b) => Math.Abs(a - b)).Max() / (expected[i].Max(Math.Abs) + floor);
            worst = error > worst.Error || double.IsNaN(error) ? (error, model.Parameters[i].Name) : worst;
        }

        return worst;
    }

    /// <summary>Bits of a model's values, moments and decoder after three steps, of attention and of a window over all.</summary>
    public static (List<float[]> Attention, List<float[]> Window) BesideAttention(ITrainingEngine engine, ModelConfiguration window)
    {
        return (StateOf(engine, OfAttention(window)), StateOf(engine, window));
    }

    private static ModelConfiguration OfAttention(ModelConfiguration window) =>
        window with { Layers = LayerSequence.FromSymbols(window.Layers.ToString().Replace('W', 'A')) };

    private static List<float[]> StateOf(ITrainingEngine engine, ModelConfiguration configuration)
    {
        using var model = engine.Create(configuration, new Seed(7), 2);
        var rng = new Rng(new Seed(8));
        for (var step = 0; step < 3; step++)
        {
            model.TrainStep(TinyModels.Batch(configuration, rng, 3, configuration.MaximumLength), new(1e-2, 0.1, ClipNorm: 1));
        }

        var state = new List<float[]>();
        foreach (var slot in Enum.GetValues<StateSlot>())
        {
            for (var i = 0; i < model.Parameters.Count; i++)
            {
                var values = new float[model.Parameters[i].Count];
                model.Read(i, slot, values);
                state.Add(values);
            }
        }

        using var decoder = model.CreateDecoder(configuration.MaximumLength);
        var tokens = TinyModels.Batch(configuration, rng, 1, configuration.MaximumLength).Inputs;
        foreach (var part in (int[][])[tokens[..^3], tokens[^3..^2], tokens[^2..]])
        {
            var logits = new float[configuration.Vocabulary];
            decoder.Append(part, logits);
            state.Add(logits);
        }

        return state;
    }
}
