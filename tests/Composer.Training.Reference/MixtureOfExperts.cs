using Composer.Architecture.Primitives;
using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>
/// Σ of the chosen experts, p_e / Σ p · down_e (silu(gate_e x) · up_e x), p = softmax(router x); beside it
/// .01 · n · Σ_e f_e · P_e, f_e counted and not differentiated.
/// </summary>
internal sealed class MixtureOfExperts : LayerOracle
{
    public override char Symbol => 'E';

    public override Run Forward(ModelConfiguration configuration, Matrix normed, Func<string, Matrix> weight)
    {
        var own = PrimitiveRegistry.Default['E'];
        return new Sequence(
            normed, weight, own.ValueOf("experts", configuration.Shape), own.ValueOf("active", configuration.Shape));
    }

    private sealed class Sequence : Run
    {
        private const double Factor = 0.01;
        private readonly Matrix input;
        private readonly Func<string, Matrix> weight;
        private readonly int experts;
        private readonly Matrix probabilities;
        private readonly int[][] chosen;
        private readonly SwiGlu[][] runs;
        private readonly double[] shares;

        public Sequence(Matrix input, Func<string, Matrix> weight, int experts, int active)
        {
            (this.input, this.weight, this.experts) = (input, weight, experts);
            var logits = Matrix.Project(input, weight("moe.router"));
            probabilities = new Matrix(input.Rows, experts);
            (chosen, runs, shares) = (new int[input.Rows][], new SwiGlu[input.Rows][], new double[experts]);
            Output = new Matrix(input.Rows, input.Columns);
            for (var t = 0; t < input.Rows; t++)
            {
                var token = t;
                var greatest = Enumerable.Range(0, experts).Max(e => logits[token, e]);
                var sum = Enumerable.Range(0, experts).Sum(e => Math.Exp(logits[token, e] - greatest));
                for (var e = 0; e < experts; e++)
                {
                    probabilities[t, e] = Math.Exp(logits[t, e] - greatest) / sum;
                }

                chosen[t] = [.. Enumerable.Range(0, experts).OrderByDescending(e => logits[token, e]).Take(active)];
                var row = new Matrix(1, input.Columns, input.Row(t).ToArray());
                runs[t] = [.. chosen[t].Select(e => new SwiGlu(row, Expert(weight, e)))];
                for (var i = 0; i < active; i++)
                {
                    shares[chosen[t][i]] += 1.0 / active / input.Rows;
                    for (var d = 0; d < input.Columns; d++)
                    {
                        Output[t, d] += Weight(t, i) * runs[t][i].Output[0, d];
                    }
                }
            }
        }

        public override Matrix Output { get; }

        public override double Auxiliary => Factor * experts * Enumerable.Range(0, experts).Sum(
            e => shares[e] * Enumerable.Range(0, input.Rows).Average(t => probabilities[t, e]));

        public override Matrix Backward(Matrix dOutput, double auxiliaryWeight, Func<string, Matrix> gradient)
        {
            var dInput = new Matrix(input.Rows, input.Columns);
            var dLogits = new Matrix(input.Rows, experts);
            for (var t = 0; t < input.Rows; t++)
            {
                var dProbabilities = new double[experts];
                for (var e = 0; e < experts; e++)
                {
                    dProbabilities[e] = auxiliaryWeight * Factor * experts * shares[e] / input.Rows;
                }

                // weight_i = p_i / S: its slope by p_j is (δ_ij − weight_i) / S.
                var sum = chosen[t].Sum(e => probabilities[t, e]);
                for (var i = 0; i < chosen[t].Length; i++)
                {
                    var (dWeight, dExpert) = (0.0, new Matrix(1, input.Columns));
                    for (var d = 0; d < input.Columns; d++)
                    {
                        dWeight += dOutput[t, d] * runs[t][i].Output[0, d];
                        dExpert[0, d] = Weight(t, i) * dOutput[t, d];
                    }

                    for (var j = 0; j < chosen[t].Length; j++)
                    {
                        dProbabilities[chosen[t][j]] += dWeight * ((i == j ? 1 : 0) - Weight(t, i)) / sum;
                    }

                    var own = runs[t][i].Backward(dExpert, Expert(gradient, chosen[t][i]));
                    for (var d = 0; d < input.Columns; d++)
                    {
                        dInput[t, d] += own[0, d];
                    }
                }

                var pull = Enumerable.Range(0, experts).Sum(e => probabilities[t, e] * dProbabilities[e]);
                for (var e = 0; e < experts; e++)
                {
                    dLogits[t, e] = probabilities[t, e] * (dProbabilities[e] - pull);
                }
            }

            dInput.Add(Matrix.ProjectBackward(input, weight("moe.router"), dLogits, gradient("moe.router")));
            return dInput;
        }

        private static Matrix[] Expert(Func<string, Matrix> of, int expert) =>
            [.. new[] { "gate", "up", "down" }.Select(name => of($"moe.experts.{expert}.{name}"))];

        private double Weight(int t, int i) => probabilities[t, chosen[t][i]] / chosen[t].Sum(e => probabilities[t, e]);
    }
}
