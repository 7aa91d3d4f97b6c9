using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Models;
using Composer.Training.Reference;
using Number = Composer.Training.Reference.Tape.Number;

namespace Composer.Training.Tests.Primitives.Mamba2;

/// <summary>A model of Mamba-2 layers as its description says it: one position after the other, on a <see cref="Tape"/>.</summary>
internal static class Mamba2Oracle
{
    private const int Taps = 4;

    public static ModelConfiguration Configuration(string layers, int dim, int inner, int headSize, int state, int length) => new(
        LayerSequence.FromSymbols(layers),
        new ModelShape(dim, 1, 1, 21)
        {
            Options = PrimitiveOptions.Empty.With('S', "inner", inner).With('S', "head_size", headSize).With('S', "state", state),
        },
        Vocabulary: 13,
        length)
    {
        // At widths of a few, a rate by fan-in would be many times the rate.
        Parametrization = new Parametrization(InitializationRule.FanIn, RateRule.Constant),
    };

    /// <summary>The worst difference of a gradient or of the loss from the oracle's, relative to the tensor's greatest.</summary>
    /// <returns>Of a tensor max |a − b| / (max |b| + 10⁻² · the greatest max |b| of all).</returns>
    public static (double Error, string Where) Difference(ITrainableModel model, TokenBatch batch)
    {
        var expected = model.Parameters.Select(parameter => new double[parameter.Count]).ToList();
        var expectedLoss = 0.0;
        for (var s = 0; s < batch.Sequences; s++)
        {
            var own = (s * batch.Length)..((s + 1) * batch.Length);
            expectedLoss += AddGradients(model, batch.Inputs[own], batch.Targets[own], batch.CountedTargets, expected);
        }

        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        var worst = (Error: Math.Abs(model.ComputeGradients(batch, gradients) - expectedLoss) / Math.Abs(expectedLoss), Where: "loss");
        var floor = 1e-2 * expected.Max(gradient => gradient.Max(Math.Abs));
        for (var i = 0; i < gradients.Count; i++)
        {
            var error = gradients[i].Zip(expected[i], (a, b) => Math.Abs(a - b)).Max() / (expected[i].Max(Math.Abs) + floor);
            worst = error > worst.Error || double.IsNaN(error) ? (error, model.Parameters[i].Name) : worst;
        }

        return worst;
    }

    private static double AddGradients(ITrainableModel model, int[] inputs, int[] targets, int counted, List<double[]> gradients)
    {
        var tape = new Tape();
        var zero = tape.NumberOf(0);
        var tensors = new Dictionary<string, Number[]>(StringComparer.Ordinal);
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            model.Read(i, StateSlot.Parameter, values);
            tensors.Add(model.Parameters[i].Name, [.. values.Select(value => tape.NumberOf(value))]);
        }

        var (configuration, embedding) = (model.Configuration, tensors["embedding"]);
        var dim = configuration.Shape.Dim;
        Number[][] x = [.. inputs.Select(token => embedding[(token * dim)..((token + 1) * dim)])];
        for (var layer = 0; layer < configuration.Layers.Count; layer++)
        {
            var prefix = $"layers.{layer}.";
            Number[][] normed = [.. x.Select(row => Normalize(row, tensors[prefix + "norm"], configuration.NormEpsilon))];
            var mixed = Layer(configuration, normed, name => tensors[$"{prefix}mamba2.{name}"], zero);
            x = [.. x.Zip(mixed, (a, b) => a.Zip(b, (c, d) => c + d).ToArray())];
        }

        var loss = zero;
        for (var t = 0; t < inputs.Length; t++)
        {
            if (targets[t] != TokenBatch.Ignored)
            {
                var logits = Project(embedding, Normalize(x[t], tensors["final_norm"], configuration.NormEpsilon));
                loss += logits.Select(logit => logit.Exp()).Aggregate((a, b) => a + b).Log() - logits[targets[t]];
            }
        }

        loss *= 1.0 / counted;
        var found = tape.Gradients(loss.Place);
        for (var i = 0; i < gradients.Count; i++)
        {
            var leaves = tensors[model.Parameters[i].Name];
            for (var j = 0; j < leaves.Length; j++)
            {
                gradients[i][j] += found[leaves[j].Place];
            }
        }

        return loss.Value;
    }

    private static Number[][] Layer(ModelConfiguration configuration, Number[][] u, Func<string, Number[]> tensor, Number zero)
    {
        var options = configuration.Shape.Options!;
        var (head, state) = (options.Of('S', "head_size")!.Value, options.Of('S', "state")!.Value);
        var inner = options.Of('S', "inner") is > 0 and var given ? given : 2 * configuration.Shape.Dim;
        var heads = inner / head;
        var channels = inner + (2 * state);
        var (taps, tapBias) = (tensor("conv"), tensor("conv_bias"));
        Number[][] rows = [.. u.Select(row => Project(tensor("in"), row))];
        Number[] s = [.. Enumerable.Repeat(zero, inner * state)];
        var result = new List<Number[]>();
        for (var t = 0; t < rows.Length; t++)
        {
            var convolved = new Number[channels];
            for (var c = 0; c < channels; c++)
            {
                convolved[c] = tapBias[c];
                for (var j = 0; j < Taps && j <= t; j++)
                {
                    convolved[c] += taps[(c * Taps) + Taps - 1 - j] * rows[t - j][inner + c];
                }

                convolved[c] = convolved[c].Silu();
            }

            var gated = new Number[inner];
            for (var h = 0; h < heads; h++)
            {
                var step = (rows[t][inner + channels + h] + tensor("dt_bias")[h]).Softplus();
                var decay = (tensor("a_log")[h].Exp() * step * -1).Exp();
                for (var p = h * head; p < (h + 1) * head; p++)
                {
                    var y = tensor("d")[h] * convolved[p];
                    var flowing = step * convolved[p];
                    for (var n = 0; n < state; n++)
                    {
                        s[(p * state) + n] = (decay * s[(p * state) + n]) + (flowing * convolved[inner + n]);
                        y += s[(p * state) + n] * convolved[inner + state + n];
                    }

                    gated[p] = y * rows[t][p].Silu();
                }
            }

            result.Add(Project(tensor("out"), Normalize(gated, tensor("norm"), configuration.NormEpsilon)));
        }

        return [.. result];
    }

    private static Number[] Normalize(Number[] x, Number[] gain, double epsilon)
    {
        var inverse = ((x.Select(a => a * a).Aggregate((a, b) => a + b) * (1.0 / x.Length)) + epsilon).ReciprocalRoot();
        return [.. x.Zip(gain, (a, g) => a * inverse * g)];
    }

    // [out, in] row-major.
    private static Number[] Project(Number[] matrix, Number[] x) =>
        [.. matrix.Chunk(x.Length).Select(row => row.Zip(x, (w, a) => w * a).Aggregate((a, b) => a + b))];
}
