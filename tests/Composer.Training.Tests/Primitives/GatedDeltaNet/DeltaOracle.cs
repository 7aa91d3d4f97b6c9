using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Primitives.GatedDeltaNet;

/// <summary>
/// A language model of <c>G</c> layers in double precision, a position, a head and a number after the other, as the form
/// is written.
/// </summary>
internal sealed class DeltaOracle
{
    private readonly Tape tape = new();
    private readonly Dictionary<string, int[]> parameters = new(StringComparer.Ordinal);
    private readonly ModelConfiguration configuration;
    private readonly int dim;
    private readonly int inner;
    private readonly int headSize;

    /// <param name="model">Whose parameters they are.</param>
    /// <param name="nudged">The parameter that is moved.</param>
    /// <param name="offsets">By how much; null where none is.</param>
    private DeltaOracle(ITrainableModel model, int nudged = 0, double[]? offsets = null)
    {
        configuration = model.Configuration;
        (dim, inner) = (configuration.Shape.Dim, configuration.Shape.Options!.Of('G', "inner")!.Value);
        (inner, headSize) = (inner == 0 ? dim : inner, configuration.Shape.Options!.Of('G', "head_size")!.Value);
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var values = new float[model.Parameters[i].Count];
            model.Read(i, StateSlot.Parameter, values);
            parameters[model.Parameters[i].Name] = [.. values.Select((value, j) => tape.Leaf(value + (i == nudged ? offsets?[j] ?? 0 : 0)))];
        }
    }

    public static ModelConfiguration Configuration(string layers, int dim, int inner, int headSize, int length) => new(
        LayerSequence.FromSymbols(layers),
        new ModelShape(dim, 1, 1, 21)
        {
            Options = PrimitiveOptions.Empty.With('G', "inner", inner).With('G', "head_size", headSize),
        },
        Vocabulary: 13,
        length);

    /// <summary>The worst difference of a gradient or of the loss from the oracle's, relative to the tensor's greatest.</summary>
    /// <param name="model">Of <c>G</c> layers.</param>
    /// <param name="batch">What it learns from.</param>
    /// <param name="oracle">What <see cref="Gradients"/> says.</param>
    /// <param name="besideAll">The share of all tensors' greatest that is added to each one's own.</param>
    public static (double Error, string Where) Difference(
        ITrainableModel model, TokenBatch batch, (double Loss, List<double[]> Gradients) oracle, double besideAll = 1e-2)
    {
        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        var loss = model.ComputeGradients(batch, gradients);
        var (expectedLoss, expected) = oracle;
        var worst = (Error: Math.Abs(loss - expectedLoss) / expectedLoss, Where: "loss");
        var floor = besideAll * expected.Max(gradient => gradient.Max(Math.Abs));
        for (var i = 0; i < gradients.Count; i++)
        {
            var error = gradients[i].Zip(expected[i], (a, b) => Math.Abs(a - b)).Max() / (expected[i].Max(Math.Abs) + floor);
            worst = error > worst.Error || double.IsNaN(error) ? (error, model.Parameters[i].Name) : worst;
        }

        return worst;
    }

    /// <summary>The loss where one parameter is moved: exact enough for small steps.</summary>
    public static double LossAt(ITrainableModel model, TokenBatch batch, int parameter, double[] offsets)
    {
        var loss = 0.0;
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var own = (sequence * batch.Length)..((sequence + 1) * batch.Length);
            var oracle = new DeltaOracle(model, parameter, offsets);
            loss += oracle.tape[oracle.Loss(batch.Inputs[own], batch.Targets[own], 1.0 / batch.CountedTargets)];
        }

        return loss;
    }

    /// <summary>The loss, and the gradient by each parameter in canonical order.</summary>
    public static (double Loss, List<double[]> Gradients) Gradients(ITrainableModel model, TokenBatch batch)
    {
        var expected = model.Parameters.Select(parameter => new double[parameter.Count]).ToList();
        var mean = 0.0;
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var own = (sequence * batch.Length)..((sequence + 1) * batch.Length);
            if (batch.Targets[own].All(target => target == TokenBatch.Ignored))
            {
                continue;
            }

            var oracle = new DeltaOracle(model);
            var loss = oracle.Loss(batch.Inputs[own], batch.Targets[own], 1.0 / batch.CountedTargets);
            mean += oracle.tape[loss];
            var gradients = oracle.tape.Gradients(loss);
            for (var i = 0; i < expected.Count; i++)
            {
                var leaves = oracle.parameters[model.Parameters[i].Name];
                for (var j = 0; j < leaves.Length; j++)
                {
                    expected[i][j] += gradients[leaves[j]];
                }
            }
        }

        return (mean, expected);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private int Loss(int[] inputs, int[] targets, double weight)
    {
        var x = inputs.Select(token => Row("embedding", token, dim)).ToList();
        for (var layer = 0; layer < configuration.Layers.Count; layer++)
        {
            var prefix = $"layers.{layer}.";
            var mixed = Layer(prefix + "delta.", [.. x.Select(row => Normalize(row, parameters[prefix + "norm"]))]);
            x = [.. x.Zip(mixed, (a, b) => a.Zip(b, tape.Sum).ToArray())];
        }

        var loss = -1;
        for (var t = 0; t < inputs.Length; t++)
        {
            if (targets[t] == TokenBatch.Ignored)
            {
                continue;
            }

            var logits = Project(Normalize(x[t], parameters["final_norm"]), "embedding", configuration.Vocabulary);
            var greatest = logits.Max(logit => tape[logit]);
            var exponentials = logits.Select(logit => tape.Apply(logit, z => (Math.Exp(z - greatest), Math.Exp(z - greatest))));
            var surprise = tape.Difference(
                tape.Apply(exponentials.Aggregate(tape.Sum), sum => (Math.Log(sum) + greatest, 1 / sum)), logits[targets[t]]);
            loss = tape.Product(surprise, tape.Leaf(weight), loss);
        }

        return loss;
    }

    private List<int[]> Layer(string prefix, List<int[]> x)
    {
        var (q, k, v) = (Convolved(prefix + "q", x), Convolved(prefix + "k", x), Convolved(prefix + "v", x));
        var output = x.Select(_ => new int[inner]).ToList();
        for (var head = 0; head < inner / headSize; head++)
        {
            var own = (head * headSize)..((head + 1) * headSize);
            var state = Enumerable.Range(0, headSize).Select(_ => Enumerable.Repeat(tape.Leaf(0), headSize).ToArray()).ToArray();
            for (var t = 0; t < x.Count; t++)
            {
                var (query, key, value) = (UnitLength(q[t][own]), UnitLength(k[t][own]), v[t][own]);
                var a = tape.Sum(tape.Dot(x[t], Row(prefix + "a", head, dim)), parameters[prefix + "a_bias"][head]);
                var step = tape.Apply(a, z => (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))), Sigmoid(z)));
                var rate = tape.Apply(parameters[prefix + "a_log"][head], z => (-Math.Exp(z), -Math.Exp(z)));
                var alpha = tape.Apply(tape.Product(rate, step), z => (Math.Exp(z), Math.Exp(z)));
                var beta = tape.Apply(
                    tape.Dot(x[t], Row(prefix + "b", head, dim)), z => (Sigmoid(z), Sigmoid(z) * (1 - Sigmoid(z))));

                // S = S α (I − β k kᵀ) + β v kᵀ
                for (var row = 0; row < headSize; row++)
                {
                    var said = tape.Dot(state[row], key);
                    for (var column = 0; column < headSize; column++)
                    {
                        var replaced = tape.Product(beta, tape.Product(said, key[column]));
                        var kept = tape.Product(alpha, tape.Difference(state[row][column], replaced));
                        state[row][column] = tape.Product(beta, tape.Product(value[row], key[column]), kept);
                    }

                    output[t][own.Start.Value + row] = tape.Dot(state[row], query);
                }
            }
        }

        return [.. output.Select((row, t) => Project(Gated(prefix, row, x[t]), prefix + "out", dim))];
    }

    private List<int[]> Convolved(string name, List<int[]> x)
    {
        var projected = x.Select(row => Project(row, name, inner)).ToList();
        return
        [
            .. Enumerable.Range(0, x.Count).Select(t => Enumerable.Range(0, inner).Select(channel =>
            {
                var sum = -1;
                for (var tap = 0; tap < 4; tap++)
                {
                    if (t - 3 + tap >= 0)
                    {
                        sum = tape.Product(projected[t - 3 + tap][channel], parameters[name + "_conv"][(4 * channel) + tap], sum);
                    }
                }

                return Silu(sum);
            }).ToArray()),
        ];
    }

    private int[] Gated(string prefix, int[] row, int[] x)
    {
        var gate = Project(x, prefix + "gate", inner);
        var normed = row.Chunk(headSize).SelectMany(head => Normalize(head, parameters[prefix + "norm"]));
        return [.. normed.Zip(gate, (value, g) => tape.Product(value, Silu(g)))];
    }

    private int Silu(int x) => tape.Apply(x, z => (z * Sigmoid(z), Sigmoid(z) + (z * Sigmoid(z) * (1 - Sigmoid(z)))));

    private int[] UnitLength(int[] x)
    {
        var inverse = tape.Apply(tape.Dot(x, x), z => (Math.Pow(z + 1e-6, -0.5), -0.5 * Math.Pow(z + 1e-6, -1.5)));
        return [.. x.Select(value => tape.Product(value, inverse))];
    }

    private int[] Normalize(int[] x, int[] gain)
    {
        var (n, epsilon) = (x.Length, (double)configuration.NormEpsilon);
        var inverse = tape.Apply(
            tape.Dot(x, x), z => (Math.Pow((z / n) + epsilon, -0.5), -0.5 / n * Math.Pow((z / n) + epsilon, -1.5)));
        return [.. x.Zip(gain, (value, g) => tape.Product(tape.Product(value, inverse), g))];
    }

    private int[] Project(int[] x, string matrix, int rows) =>
        [.. Enumerable.Range(0, rows).Select(row => tape.Dot(x, Row(matrix, row, x.Length)))];

    private int[] Row(string matrix, int row, int columns) => parameters[matrix][(row * columns)..((row + 1) * columns)];
}
