using System.Numerics;
using System.Runtime.InteropServices;

namespace Composer.Search.Surrogates;

/// <summary>
/// How badly hyperparameters explain standardised scores: minus the log of marginal likelihood times
/// priors, over the number of trials, with its analytic gradient.
/// </summary>
/// <remarks>
/// θ = [ln ℓ₁ … ln ℓ_S, ln σ²]; K = k(z, z) + diag(σ²wᵢ + vᵢ); the mean m = 1ᵀK⁻¹y / 1ᵀK⁻¹1 is that of
/// generalised least squares, which maximises the likelihood, so that its derivative drops out. With
/// α = K⁻¹(y − m), G = ½(ααᵀ − K⁻¹) and B = G∘k: ∂/∂ln ℓ_c = Σᵢⱼ Bᵢⱼ (zᵢ꜀ − zⱼ꜀)²/ℓ_c²,
/// ∂/∂ln σ² = σ² Σᵢ wᵢGᵢᵢ. Sums over trials run in eight lanes whatever the vector width. One owner: it
/// reuses its working memory.
/// </remarks>
internal sealed class MarginalLikelihood
{
    private const int Lanes = CovarianceFactor.Alignment;

    private readonly InputEncoding encoding;
    private readonly HyperparameterPrior prior;
    private readonly double[] columns;
    private readonly double[] scaled;
    private readonly double[] weights;
    private readonly double[] scores;
    private readonly ObservationNoise noise;
    private readonly double[] correlation;
    private readonly double[] covariance;
    private readonly double[] weighted;
    private readonly double[] lanes;
    private readonly int n;
    private readonly int stride;

    /// <param name="encoding">What the columns are.</param>
    /// <param name="rows">z [n, columns], encoded orders.</param>
    /// <param name="scores">y [n], standardised.</param>
    /// <param name="noise">w and v.</param>
    public MarginalLikelihood(InputEncoding encoding, double[] rows, double[] scores, ObservationNoise noise)
    {
        (this.encoding, this.scores, this.noise) = (encoding, scores, noise);
        n = scores.Length;
        stride = CovarianceFactor.StrideOf(n);
        prior = new HyperparameterPrior(encoding.PriorDimension);
        columns = new double[encoding.Columns * stride];
        for (var i = 0; i < n; i++)
        {
            for (var c = 0; c < encoding.Columns; c++)
            {
                columns[(c * stride) + i] = rows[(i * encoding.Columns) + c];
            }
        }

        scaled = [.. columns];
        weights = new double[encoding.Categories];
        correlation = new double[n * stride];
        covariance = new double[n * stride];
        weighted = new double[stride];
        lanes = new double[encoding.Columns * Lanes];
    }

    /// <summary>Minus the log posterior over n, but for a constant; positive infinity where it cannot be computed.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var variance = Math.Exp(theta[^1]);
        Correlate(theta);
        correlation.CopyTo(covariance, 0);
        for (var i = 0; i < n; i++)
        {
            covariance[(i * stride) + i] += noise.At(i, variance);
        }

        CovarianceFactor factor;
        try
        {
            factor = CovarianceFactor.Of(covariance, n);
        }
        catch (ArithmeticException)
        {
            gradient.Clear();
            return double.PositiveInfinity;
        }

        var inverse = factor.Inverse();
        var (alpha, quadratic) = Weights(inverse);
        var value = -0.5 * (quadratic + factor.LogDeterminant + (n * Math.Log(2 * Math.PI)));
        gradient.Clear();
        for (var i = 0; i < n; i++)
        {
            gradient[^1] += 0.5 * variance * noise.Weight(i) * ((alpha[i] * alpha[i]) - inverse[(i * stride) + i]);
        }

        AccumulateScaleGradients(alpha, inverse, theta, gradient);
        for (var s = 0; s < encoding.Scales; s++)
        {
            var (density, slope) = prior.OfScale(theta[s]);
            value += density;
            gradient[s] += slope;
        }

        var (noiseDensity, noiseSlope) = HyperparameterPrior.OfNoise(theta[^1]);
        value += noiseDensity;
        gradient[^1] += noiseSlope;
        foreach (ref var component in gradient)
        {
            component /= -n;
        }

        return -value / n;
    }

    /// <summary>correlation = exp(−½ Σ (z − z′)²/ℓ²), its upper triangle.</summary>
    private void Correlate(ReadOnlySpan<double> theta)
    {
        for (var c = 0; c < encoding.Columns; c++)
        {
            var inverseScale = Math.Exp(-theta[encoding.ScaleOfColumn[c]]);
            if (c < weights.Length)
            {
                weights[c] = inverseScale * inverseScale;
                continue;
            }

            for (var i = 0; i < stride; i++)
            {
                scaled[(c * stride) + i] = columns[(c * stride) + i] * inverseScale;
            }
        }

        for (var i = 0; i < n; i++)
        {
            var from = i / Lanes * Lanes;
            var row = correlation.AsSpan((i * stride) + from, stride - from);
            row.Clear();
            SquaredExponential.AddSquares(scaled, stride, weights, encoding.Columns, i, from, row);
            SquaredExponential.Exponentiate(row);
        }
    }

    /// <summary>α = K⁻¹(y − m) and (y − m)ᵀα.</summary>
    private (double[] Alpha, double Quadratic) Weights(double[] inverse)
    {
        var alpha = new double[stride];
        var rowSums = new double[stride];
        for (var j = 0; j < n; j++)
        {
            // K⁻¹ is symmetric: its rows are added up, not across.
            var toAlpha = MemoryMarshal.Cast<double, Vector<double>>(alpha.AsSpan());
            var toSums = MemoryMarshal.Cast<double, Vector<double>>(rowSums.AsSpan());
            var row = MemoryMarshal.Cast<double, Vector<double>>(inverse.AsSpan(j * stride, stride));
            var score = new Vector<double>(scores[j]);
            for (var v = 0; v < row.Length; v++)
            {
                toAlpha[v] += row[v] * score;
                toSums[v] += row[v];
            }
        }

        var mean = alpha.Sum() / rowSums.Sum();
        var quadratic = 0.0;
        for (var i = 0; i < n; i++)
        {
            alpha[i] -= mean * rowSums[i];
            quadratic += alpha[i] * (scores[i] - mean);
        }

        return (alpha, quadratic);
    }

    private void AccumulateScaleGradients(
        double[] alpha, double[] inverse, ReadOnlySpan<double> theta, Span<double> gradient)
    {
        Array.Clear(lanes);
        for (var i = 0; i < n; i++)
        {
            // B of the pairs (i, j > i): each stands for two.
            var from = i / Lanes * Lanes;
            for (var j = from; j < stride; j++)
            {
                weighted[j] = j > i && j < n
                    ? ((alpha[i] * alpha[j]) - inverse[(i * stride) + j]) * correlation[(i * stride) + j]
                    : 0;
            }

            for (var c = 0; c < encoding.Columns; c++)
            {
                AddSquaresByLane(
                    c < weights.Length,
                    columns.AsSpan((c * stride) + from, stride - from),
                    columns[(c * stride) + i],
                    weighted.AsSpan(from),
                    lanes.AsSpan(c * Lanes, Lanes));
            }
        }

        for (var c = 0; c < encoding.Columns; c++)
        {
            var sum = 0.0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                sum += lanes[(c * Lanes) + lane];
            }

            var scale = encoding.ScaleOfColumn[c];
            gradient[scale] += sum * Math.Exp(-2 * theta[scale]);
        }
    }

    /// <summary>sums[j mod 8] += weights[j]·(column[j] − own)²; of categories the square is 1 where they differ.</summary>
    private static void AddSquaresByLane(
        bool areCategories, ReadOnlySpan<double> column, double own, ReadOnlySpan<double> weights, Span<double> sums)
    {
        var others = MemoryMarshal.Cast<double, Vector<double>>(column);
        var times = MemoryMarshal.Cast<double, Vector<double>>(weights[..column.Length]);
        var to = MemoryMarshal.Cast<double, Vector<double>>(sums);
        var self = new Vector<double>(own);
        for (var lane = 0; lane < to.Length; lane++)
        {
            var sum = to[lane];
            for (var v = lane; areCategories && v < others.Length; v += to.Length)
            {
                sum += Vector.ConditionalSelect(Vector.Equals(others[v], self), Vector<double>.Zero, times[v]);
            }

            for (var v = lane; !areCategories && v < others.Length; v += to.Length)
            {
                var difference = others[v] - self;
                sum += times[v] * difference * difference;
            }

            to[lane] = sum;
        }
    }
}
