using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>
/// Causal grouped-query attention: query head h reads key and value head h / (heads / kv heads); RoPE pairs
/// feature i with i + head size / 2 and turns them by position · base^(−2i / head size); scale 1/√(head size).
/// </summary>
internal sealed class Attention
{
    private readonly ModelShape shape;
    private readonly double theta;
    private readonly RopeScaling? scaling;
    private readonly Matrix input;
    private readonly Matrix[] weights;
    private readonly Matrix q;
    private readonly Matrix k;
    private readonly Matrix v;
    private readonly Matrix mixed;
    private readonly Matrix[] probabilities;

    /// <param name="configuration">The model's widths, base of the rotary frequencies and their scaling.</param>
    /// <param name="input">[T, dim], normed.</param>
    /// <param name="weights">q [dim, dim], k and v [kv dim, dim], o [dim, dim].</param>
    public Attention(ModelConfiguration configuration, Matrix input, Matrix[] weights)
    {
        (shape, theta, scaling) = (configuration.Shape, configuration.RopeTheta, configuration.RopeScaling);
        (this.input, this.weights) = (input, weights);
        q = Matrix.Project(input, weights[0]);
        k = Matrix.Project(input, weights[1]);
        v = Matrix.Project(input, weights[2]);
        Rotate(q, 1);
        Rotate(k, 1);
        mixed = new Matrix(input.Rows, shape.Dim);
        probabilities = new Matrix[shape.Heads];
        for (var h = 0; h < shape.Heads; h++)
        {
            probabilities[h] = Probabilities(h);
            for (var t = 0; t < input.Rows; t++)
            {
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < shape.HeadSize; i++)
                    {
                        mixed[t, QueryColumn(h) + i] += probabilities[h][t, s] * v[s, KeyColumn(h) + i];
                    }
                }
            }
        }

        Output = Matrix.Project(mixed, weights[3]);
    }

    /// <summary>[T, dim]</summary>
    public Matrix Output { get; }

    /// <summary>Returns the input's gradient and adds to the weights'.</summary>
    public Matrix Backward(Matrix dOutput, Matrix[] dWeights)
    {
        var dMixed = Matrix.ProjectBackward(mixed, weights[3], dOutput, dWeights[3]);
        var dQ = new Matrix(q.Rows, q.Columns);
        var dK = new Matrix(k.Rows, k.Columns);
        var dV = new Matrix(v.Rows, v.Columns);
        for (var h = 0; h < shape.Heads; h++)
        {
            HeadBackward(h, dMixed, dQ, dK, dV);
        }

        // The inverse rotation is the rotation's transpose.
        Rotate(dQ, -1);
        Rotate(dK, -1);
        var dInput = Matrix.ProjectBackward(input, weights[0], dQ, dWeights[0]);
        dInput.Add(Matrix.ProjectBackward(input, weights[1], dK, dWeights[1]));
        dInput.Add(Matrix.ProjectBackward(input, weights[2], dV, dWeights[2]));
        return dInput;
    }

    private void HeadBackward(int h, Matrix dMixed, Matrix dQ, Matrix dK, Matrix dV)
    {
        var p = probabilities[h];
        var scale = 1 / Math.Sqrt(shape.HeadSize);
        for (var t = 0; t < input.Rows; t++)
        {
            var dP = new double[t + 1];
            var inner = 0.0;
            for (var s = 0; s <= t; s++)
            {
                for (var i = 0; i < shape.HeadSize; i++)
                {
                    var dO = dMixed[t, QueryColumn(h) + i];
                    dP[s] += dO * v[s, KeyColumn(h) + i];
                    dV[s, KeyColumn(h) + i] += p[t, s] * dO;
                }

                inner += p[t, s] * dP[s];
            }

            for (var s = 0; s <= t; s++)
            {
                var dScore = p[t, s] * (dP[s] - inner) * scale;
                for (var i = 0; i < shape.HeadSize; i++)
                {
                    dQ[t, QueryColumn(h) + i] += dScore * k[s, KeyColumn(h) + i];
                    dK[s, KeyColumn(h) + i] += dScore * q[t, QueryColumn(h) + i];
                }
            }
        }
    }

    private Matrix Probabilities(int h)
    {
        var p = new Matrix(input.Rows, input.Rows);
        for (var t = 0; t < input.Rows; t++)
        {
            var greatest = double.NegativeInfinity;
            for (var s = 0; s <= t; s++)
            {
                var score = 0.0;
                for (var i = 0; i < shape.HeadSize; i++)
                {
                    score += q[t, QueryColumn(h) + i] * k[s, KeyColumn(h) + i];
                }

                p[t, s] = score / Math.Sqrt(shape.HeadSize);
                greatest = Math.Max(greatest, p[t, s]);
            }

            var sum = 0.0;
            for (var s = 0; s <= t; s++)
            {
                p[t, s] = Math.Exp(p[t, s] - greatest);
                sum += p[t, s];
            }

            for (var s = 0; s <= t; s++)
            {
                p[t, s] /= sum;
            }
        }

        return p;
    }

    private int QueryColumn(int head) => head * shape.HeadSize;

    private int KeyColumn(int head) => head / (shape.Heads / shape.KvHeads) * shape.HeadSize;

    private void Rotate(Matrix x, int direction)
    {
        var half = shape.HeadSize / 2;
        for (var t = 0; t < x.Rows; t++)
        {
            for (var start = 0; start < x.Columns; start += shape.HeadSize)
            {
                for (var i = 0; i < half; i++)
                {
                    var angle = direction * t * Frequency(i);
                    var (a, b) = (x[t, start + i], x[t, start + half + i]);
                    x[t, start + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                    x[t, start + half + i] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
                }
            }
        }
    }

    /// <summary>As transformers says it, by wave lengths.</summary>
    private double Frequency(int pair)
    {
        var inverse = 1 / Math.Pow(theta, 2.0 * pair / shape.HeadSize);
        if (scaling is null)
        {
            return inverse;
        }

        var wave = 2 * Math.PI / inverse;
        var (longest, shortest) = (scaling.OriginalLength / scaling.LowFactor, scaling.OriginalLength / scaling.HighFactor);
        var smooth = ((scaling.OriginalLength / wave) - scaling.LowFactor) / (scaling.HighFactor - scaling.LowFactor);
        return wave < shortest ? inverse
            : wave > longest ? inverse / scaling.Factor
            : ((1 - smooth) * inverse / scaling.Factor) + (smooth * inverse);
    }
}
