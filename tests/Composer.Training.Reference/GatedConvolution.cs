using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>[b, c, u] = in x; z = b ⊙ u; y[t] = Σ_j taps[:, j] ⊙ z[t − 2 + j]; out (c ⊙ y).</summary>
internal sealed class GatedConvolution : LayerOracle
{
    public override char Symbol => 'C';

    public override Run Forward(ModelConfiguration configuration, Matrix normed, Func<string, Matrix> weight) =>
        new Sequence(normed, weight("conv.in"), weight("conv.taps"), weight("conv.out"));

    private sealed class Sequence : Run
    {
        private readonly Matrix input;
        private readonly (Matrix In, Matrix Taps, Matrix Out) weights;
        private readonly Matrix gated;
        private readonly Matrix z;
        private readonly Matrix y;
        private readonly Matrix inner;

        public Sequence(Matrix input, Matrix @in, Matrix taps, Matrix @out)
        {
            (this.input, weights) = (input, (@in, taps, @out));
            gated = Matrix.Project(input, @in);
            var channels = taps.Rows;
            z = new Matrix(input.Rows, channels);
            y = new Matrix(input.Rows, channels);
            inner = new Matrix(input.Rows, channels);
            for (var t = 0; t < input.Rows; t++)
            {
                for (var c = 0; c < channels; c++)
                {
                    z[t, c] = gated[t, c] * gated[t, (2 * channels) + c];
                    for (var j = Math.Max(0, taps.Columns - 1 - t); j < taps.Columns; j++)
                    {
                        y[t, c] += taps[c, j] * z[t - (taps.Columns - 1) + j, c];
                    }

                    inner[t, c] = gated[t, channels + c] * y[t, c];
                }
            }

            Output = Matrix.Project(inner, @out);
        }

        public override Matrix Output { get; }

        public override Matrix Backward(Matrix dOutput, double auxiliaryWeight, Func<string, Matrix> gradient)
        {
            var (taps, channels, dTaps) = (weights.Taps, weights.Taps.Rows, gradient("conv.taps"));
            var dInner = Matrix.ProjectBackward(inner, weights.Out, dOutput, gradient("conv.out"));
            var dGated = new Matrix(gated.Rows, gated.Columns);
            var dZ = new Matrix(z.Rows, z.Columns);
            for (var t = 0; t < z.Rows; t++)
            {
                for (var c = 0; c < channels; c++)
                {
                    dGated[t, channels + c] = dInner[t, c] * y[t, c];
                    var dY = dInner[t, c] * gated[t, channels + c];
                    for (var j = Math.Max(0, taps.Columns - 1 - t); j < taps.Columns; j++)
                    {
                        var from = t - (taps.Columns - 1) + j;
                        dZ[from, c] += taps[c, j] * dY;
                        dTaps[c, j] += z[from, c] * dY;
                    }
                }
            }

            for (var t = 0; t < z.Rows; t++)
            {
                for (var c = 0; c < channels; c++)
                {
                    dGated[t, c] = dZ[t, c] * gated[t, (2 * channels) + c];
                    dGated[t, (2 * channels) + c] = dZ[t, c] * gated[t, c];
                }
            }

            return Matrix.ProjectBackward(input, weights.In, dGated, gradient("conv.in"));
        }
    }
}
