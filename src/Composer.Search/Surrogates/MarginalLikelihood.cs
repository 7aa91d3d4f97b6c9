namespace Composer.Search.Surrogates;

/// <summary>
/// How badly hyperparameters explain standardised scores: minus the log of marginal likelihood times
/// priors, over the number of trials, with its analytic gradient.
/// </summary>
/// <remarks>
/// θ = [ln ℓ₁ … ln ℓ_S, ln σ²]; K = k(z, z) + σ²·1; the mean m = 1ᵀK⁻¹y / 1ᵀK⁻¹1 is that of generalised
/// least squares, which maximises the likelihood, so that its derivative drops out. With α = K⁻¹(y − m),
/// G = ½(ααᵀ − K⁻¹) and B = G∘k: ∂/∂ln ℓ_c = [2 Σⱼ z²ⱼ꜀ (B1)ⱼ − 2 (zᵀBz)꜀꜀]/ℓ_c², ∂/∂ln σ² = σ² tr G.
/// One owner: it reuses its working memory.
/// </remarks>
internal sealed class MarginalLikelihood
{
    private readonly InputEncoding encoding;
    private readonly HyperparameterPrior prior;
    private readonly double[] rows;
    private readonly double[] scores;
    private readonly double[] scaled;
    private readonly double[] correlation;
    private readonly double[] covariance;
    private readonly double[] product;
    private readonly int n;

    /// <param name="encoding">What the columns are.</param>
    /// <param name="rows">z [n, columns], encoded orders.</param>
    /// <param name="scores">y [n], standardised.</param>
    public MarginalLikelihood(InputEncoding encoding, double[] rows, double[] scores)
    {
        this.encoding = encoding;
        this.rows = rows;
        this.scores = scores;
        n = scores.Length;
        prior = new HyperparameterPrior(encoding.PriorDimension);
        scaled = new double[rows.Length];
        correlation = new double[n * n];
        covariance = new double[n * n];
        product = new double[encoding.Columns];
    }

    /// <summary>Minus the log posterior over n, but for a constant; positive infinity where it cannot be computed.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var noise = Math.Exp(theta[^1]);
        Correlate(theta);
        correlation.CopyTo(covariance, 0);
        for (var i = 0; i < n; i++)
        {
            covariance[(i * n) + i] += noise;
        }

        double logDeterminant;
        double[] inverse;
        try
        {
            var factor = CovarianceFactor.Of(covariance, n);
            logDeterminant = factor.LogDeterminant;
            inverse = factor.Inverse();
        }
        catch (ArithmeticException)
        {
            gradient.Clear();
            return double.PositiveInfinity;
        }

        var (alpha, quadratic) = Weights(inverse);
        var value = -0.5 * (quadratic + logDeterminant + (n * Math.Log(2 * Math.PI)));
        gradient.Clear();
        gradient[^1] = noise * HalfTrace(alpha, inverse);
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

    /// <summary>correlation = exp(−½ Σ (z − z′)²/ℓ²).</summary>
    private void Correlate(ReadOnlySpan<double> theta)
    {
        var columns = encoding.Columns;
        for (var c = 0; c < columns; c++)
        {
            var inverseScale = Math.Exp(-theta[encoding.ScaleOfColumn[c]]);
            for (var i = 0; i < n; i++)
            {
                scaled[(i * columns) + c] = rows[(i * columns) + c] * inverseScale;
            }
        }

        for (var i = 0; i < n; i++)
        {
            correlation[(i * n) + i] = 1;
            var a = scaled.AsSpan(i * columns, columns);
            for (var j = 0; j < i; j++)
            {
                var b = scaled.AsSpan(j * columns, columns);
                var squares = 0.0;
                for (var c = 0; c < a.Length; c++)
                {
                    var difference = a[c] - b[c];
                    squares += difference * difference;
                }

                var value = Math.Exp(-0.5 * squares);
                correlation[(i * n) + j] = value;
                correlation[(j * n) + i] = value;
            }
        }
    }

    /// <summary>α = K⁻¹(y − m) and (y − m)ᵀα.</summary>
    private (double[] Alpha, double Quadratic) Weights(double[] inverse)
    {
        var alpha = new double[n];
        var rowSums = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                alpha[i] += inverse[(i * n) + j] * scores[j];
                rowSums[i] += inverse[(i * n) + j];
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

    private double HalfTrace(double[] alpha, double[] inverse)
    {
        var trace = 0.0;
        for (var i = 0; i < n; i++)
        {
            trace += (alpha[i] * alpha[i]) - inverse[(i * n) + i];
        }

        return 0.5 * trace;
    }

    private void AccumulateScaleGradients(
        double[] alpha, double[] inverse, ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var columns = encoding.Columns;
        for (var i = 0; i < n; i++)
        {
            product.AsSpan().Clear();
            var rowSum = 0.0;
            for (var j = 0; j < n; j++)
            {
                var b = 0.5 * ((alpha[i] * alpha[j]) - inverse[(i * n) + j]) * correlation[(i * n) + j];
                rowSum += b;
                var other = rows.AsSpan(j * columns, columns);
                for (var c = 0; c < other.Length; c++)
                {
                    product[c] += b * other[c];
                }
            }

            for (var c = 0; c < columns; c++)
            {
                var z = rows[(i * columns) + c];
                var scale = encoding.ScaleOfColumn[c];
                gradient[scale] += 2 * z * ((z * rowSum) - product[c]) * Math.Exp(-2 * theta[scale]);
            }
        }
    }
}
