using System.Numerics;
using System.Runtime.InteropServices;

namespace Composer.Search.Surrogates;

/// <summary>
/// The posterior of a Gaussian process with given hyperparameters over standardised scores. Lower is better.
/// </summary>
/// <remarks>
/// μ(x) = m + k(x)ᵀK⁻¹(y − m), σ²(x) = 1 − k(x)ᵀK⁻¹k(x): of the function, without the noise of one more
/// trial. Candidates are computed side by side, one a vector lane, each by the same sequence of operations
/// whatever the vector width. Immutable and thread-safe.
/// </remarks>
internal sealed class GaussianProcess
{
    /// <summary>Candidates that are computed at once.</summary>
    public const int Block = 32;

    private const double LeastVariance = 1e-12;

    private readonly InputEncoding encoding;
    private readonly double[] theta;
    private readonly byte[][] digits;
    private readonly double[] scores;
    private readonly ObservationNoise noise;
    private readonly double[] inverseScales;
    private readonly double[] weights;
    private readonly double[] scaled;
    private readonly double[] lower;
    private readonly double[] alpha;
    private readonly CovarianceFactor factor;
    private readonly int n;

    /// <param name="encoding">How the kernel sees orders.</param>
    /// <param name="theta">[ln ℓ₁ … ln ℓ_S, ln σ²].</param>
    /// <param name="digits">The orders that were observed.</param>
    /// <param name="scores">Their standardised scores.</param>
    /// <param name="noise">How uncertain each is; one run each when null.</param>
    public GaussianProcess(
        InputEncoding encoding, double[] theta, byte[][] digits, double[] scores, ObservationNoise? noise = null)
    {
        this.encoding = encoding;
        this.theta = theta;
        this.digits = digits;
        this.scores = scores;
        n = scores.Length;
        this.noise = noise ?? ObservationNoise.Equal(n);
        var columns = encoding.Columns;
        inverseScales = new double[columns];
        for (var c = 0; c < columns; c++)
        {
            inverseScales[c] = Math.Exp(-theta[encoding.ScaleOfColumn[c]]);
        }

        weights = [.. inverseScales.Take(encoding.Categories).Select(scale => scale * scale)];

        scaled = new double[n * columns];
        for (var i = 0; i < n; i++)
        {
            EncodeScaled(digits[i], scaled.AsSpan(i * columns, columns));
        }

        factor = CovarianceFactor.Of(Covariance(), n);
        lower = factor.Lower();
        var ones = new double[n];
        Array.Fill(ones, 1);
        var weightsOfOnes = factor.Solve(ones);
        alpha = factor.Solve(scores);
        Mean = alpha.Sum() / weightsOfOnes.Sum();
        for (var i = 0; i < n; i++)
        {
            alpha[i] -= Mean * weightsOfOnes[i];
        }
    }

    /// <summary>The mean of generalised least squares, m.</summary>
    public double Mean { get; }

    /// <summary>σ², the variance of one trial's noise.</summary>
    public double Noise => Math.Exp(theta[^1]);

    /// <summary>ℓ, as many as the kernel has.</summary>
    public double[] Scales => [.. theta[..^1].Select(Math.Exp)];

    /// <summary>Orders that were observed or are believed to be, one digit a layer.</summary>
    public IReadOnlyList<byte[]> Observed => digits;

    /// <summary>
    /// The same process after these orders have scored exactly their posterior mean: the Kriging believer
    /// (Ginsbourger et al. 2010), for trials that are still running. The mean stays, the variance shrinks.
    /// </summary>
    public GaussianProcess Believe(IReadOnlyList<byte[]> pending)
    {
        if (pending.Count == 0)
        {
            return this;
        }

        var means = new double[pending.Count];
        PredictMean(pending, means);
        return new GaussianProcess(
            encoding, theta, [.. digits, .. pending], [.. scores, .. means], noise.With(pending.Count));
    }

    /// <summary>The least posterior mean among what was observed or is believed: f* of the acquisition.</summary>
    public double LeastObservedMean()
    {
        var means = new double[n];
        PredictMean(digits, means);
        return means.Min();
    }

    /// <summary>
    /// What each observed score would be predicted as without it, with hyperparameters and mean as they are
    /// (Sundararajan and Keerthi 2001): with d = diag K⁻¹, mean yᵢ − αᵢ/dᵢ and variance 1/dᵢ, noise included.
    /// </summary>
    public (double Mean, double Variance)[] LeaveOneOut()
    {
        var inverse = factor.Inverse();
        var stride = CovarianceFactor.StrideOf(n);
        var predictions = new (double, double)[n];
        for (var i = 0; i < n; i++)
        {
            var d = inverse[(i * stride) + i];
            predictions[i] = (scores[i] - (alpha[i] / d), 1 / d);
        }

        return predictions;
    }

    /// <summary>Σᵢ ln p(yᵢ | the others): −½ ln(2π/dᵢ) − ½ rᵢ² dᵢ each, rᵢ the error of <see cref="LeaveOneOut"/>.</summary>
    public double LeaveOneOutLogDensity()
    {
        var sum = 0.0;
        var predictions = LeaveOneOut();
        for (var i = 0; i < n; i++)
        {
            var (mean, variance) = predictions[i];
            var error = scores[i] - mean;
            sum -= 0.5 * (Math.Log(2 * Math.PI * variance) + (error * error / variance));
        }

        return sum;
    }

    /// <summary>Posterior mean and variance of each candidate.</summary>
    public void Predict(IReadOnlyList<byte[]> candidates, Span<double> mean, Span<double> variance)
    {
        var layers = digits[0].Length;
        var block = new byte[Block * layers];
        for (var first = 0; first < candidates.Count; first += Block)
        {
            var count = Math.Min(Block, candidates.Count - first);
            for (var i = 0; i < count; i++)
            {
                candidates[first + i].CopyTo(block, i * layers);
            }

            Predict(block.AsSpan(0, count * layers), count, mean[first..], variance[first..]);
        }
    }

    /// <summary>Posterior mean alone of each candidate.</summary>
    public void PredictMean(IReadOnlyList<byte[]> candidates, Span<double> mean)
    {
        var layers = digits[0].Length;
        var block = new byte[Block * layers];
        Span<double> means = stackalloc double[Block];
        for (var first = 0; first < candidates.Count; first += Block)
        {
            var count = Math.Min(Block, candidates.Count - first);
            for (var i = 0; i < count; i++)
            {
                candidates[first + i].CopyTo(block, i * layers);
            }

            PredictMean(block.AsSpan(0, count * layers), count, means);
            means[..count].CopyTo(mean[first..]);
        }
    }

    /// <summary>Posterior mean alone of at most <see cref="Block"/> candidates: much cheaper, and the same to the bit.</summary>
    /// <param name="candidates">[count, layers], one digit a layer.</param>
    /// <param name="count">How many.</param>
    /// <param name="mean">[≥ count], written.</param>
    public void PredictMean(ReadOnlySpan<byte> candidates, int count, Span<double> mean)
    {
        Span<double> correlations = new double[n * Block];
        Span<double> means = stackalloc double[Block];
        Correlate(candidates, count, correlations, means);
        means[..count].CopyTo(mean);
    }

    /// <summary>Posterior mean and variance of at most <see cref="Block"/> candidates.</summary>
    /// <param name="candidates">[count, layers], one digit a layer.</param>
    /// <param name="count">How many.</param>
    /// <param name="mean">[≥ count], written.</param>
    /// <param name="variance">[≥ count], written; positive.</param>
    public void Predict(ReadOnlySpan<byte> candidates, int count, Span<double> mean, Span<double> variance)
    {
        Span<double> correlations = new double[n * Block];
        Span<double> means = stackalloc double[Block];
        Correlate(candidates, count, correlations, means);
        Span<double> explained = stackalloc double[Block];
        explained.Clear();
        SolveLower(correlations, explained);
        for (var lane = 0; lane < count; lane++)
        {
            mean[lane] = means[lane];
            variance[lane] = Math.Max(LeastVariance, 1 - explained[lane]);
        }
    }

    /// <summary>correlations [n, Block] of each observation with each candidate, and the candidates' means.</summary>
    private void Correlate(ReadOnlySpan<byte> candidates, int count, Span<double> correlations, Span<double> means)
    {
        var columns = encoding.Columns;
        var layers = candidates.Length / count;
        Span<double> inputs = new double[columns * Block];
        Span<double> order = new double[columns];
        for (var lane = 0; lane < count; lane++)
        {
            EncodeScaled(candidates.Slice(lane * layers, layers), order);
            for (var c = 0; c < columns; c++)
            {
                inputs[(c * Block) + lane] = order[c];
            }
        }

        means.Fill(Mean);
        for (var j = 0; j < n; j++)
        {
            var row = scaled.AsSpan(j * columns, columns);
            var squares = correlations.Slice(j * Block, Block);
            for (var c = 0; c < weights.Length; c++)
            {
                SquaredExponential.AddDifferences(inputs.Slice(c * Block, Block), row[c], weights[c], squares);
            }

            for (var c = weights.Length; c < row.Length; c++)
            {
                SquaredExponential.AddSquares(inputs.Slice(c * Block, Block), row[c], squares);
            }

            SquaredExponential.Exponentiate(squares);
            for (var lane = 0; lane < Block; lane++)
            {
                means[lane] += alpha[j] * squares[lane];
            }
        }
    }

    /// <summary>v [n, Block] ← L⁻¹v; the squares of each column summed into explained.</summary>
    private void SolveLower(Span<double> v, Span<double> explained)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(v);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(explained);
        var width = sums.Length;
        for (var j = 0; j < n; j++)
        {
            var row = lower.AsSpan(j * n, j + 1);
            var inverseDiagonal = new Vector<double>(1 / row[j]);
            for (var k = 0; k < width; k += 2)
            {
                var a = vectors[(j * width) + k];
                var b = vectors[(j * width) + k + 1];
                var at = k;
                for (var i = 0; i < j; i++, at += width)
                {
                    var factorOfRow = new Vector<double>(row[i]);
                    a -= factorOfRow * vectors[at];
                    b -= factorOfRow * vectors[at + 1];
                }

                a *= inverseDiagonal;
                b *= inverseDiagonal;
                vectors[(j * width) + k] = a;
                vectors[(j * width) + k + 1] = b;
                sums[k] += a * a;
                sums[k + 1] += b * b;
            }
        }
    }

    private void EncodeScaled(ReadOnlySpan<byte> order, Span<double> row)
    {
        encoding.Encode(order, row);
        for (var c = weights.Length; c < row.Length; c++)
        {
            row[c] *= inverseScales[c];
        }
    }

    private double[] Covariance()
    {
        var columns = encoding.Columns;
        var stride = CovarianceFactor.StrideOf(n);
        var transposed = new double[columns * stride];
        for (var i = 0; i < n; i++)
        {
            for (var c = 0; c < columns; c++)
            {
                transposed[(c * stride) + i] = scaled[(i * columns) + c];
            }
        }

        var covariance = new double[n * stride];
        for (var i = 0; i < n; i++)
        {
            var row = covariance.AsSpan(i * stride, stride);
            SquaredExponential.AddSquares(transposed, stride, weights, columns, i, 0, row);
            SquaredExponential.Exponentiate(row);
            row[i] += noise.At(i, Noise);
        }

        return covariance;
    }
}
