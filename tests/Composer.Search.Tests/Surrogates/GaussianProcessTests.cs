using Composer.Bench.Search;
using Composer.Core;
using Composer.Search.Surrogates;

namespace Composer.Search.Tests.Surrogates;

public class GaussianProcessTests
{
    private static readonly SearchSpace Two = new(2, "AM");

    /// <summary>
    /// AA and MM observed as −1 and 1 with ℓ = 1, σ² = .1: K = [1.1, e⁻¹; e⁻¹, 1.1], and by symmetry m = 0.
    /// At AM, one exchange from both, k = e^−½ for both: μ = 0 and 1 − 2e⁻¹/(1.1 + e⁻¹).
    /// At AA: α = ∓1/(1.1 − e⁻¹), so μ = −(1 − e⁻¹)/(1.1 − e⁻¹), and with K⁻¹ = [1.1, −e⁻¹; −e⁻¹, 1.1]/det
    /// the variance is 1 − (1.1 − 2e⁻² + 1.1e⁻²)/det, det = 1.21 − e⁻².
    /// </summary>
    [Fact]
    public void Posterior_of_two_observations_is_as_worked_by_hand()
    {
        var process = new GaussianProcess(
            new InputEncoding(Two, KernelKind.Isotropic), [0, Math.Log(.1)], [[0, 0], [1, 1]], [-1, 1]);
        var mean = new double[2];
        var variance = new double[2];
        process.Predict([[0, 1], [0, 0]], mean, variance);

        var e = Math.Exp(-1);
        Assert.Equal(0, process.Mean, 1e-14);
        Assert.Equal(0, mean[0], 1e-14);
        Assert.Equal(1 - (2 * e / (1.1 + e)), variance[0], 1e-14);
        Assert.Equal(-(1 - e) / (1.1 - e), mean[1], 1e-14);
        Assert.Equal(1 - ((1.1 - (.9 * e * e)) / (1.21 - (e * e))), variance[1], 1e-14);
    }

    [Fact]
    public void Leave_one_out_is_the_posterior_of_the_others_at_the_same_mean()
    {
        // One of two left out: predicted from the other as m + e⁻¹/1.1·(y − m), variance 1.1 − e⁻²/1.1.
        var process = new GaussianProcess(
            new InputEncoding(Two, KernelKind.Isotropic), [0, Math.Log(.1)], [[0, 0], [1, 1]], [-1, 1]);
        var left = process.LeaveOneOut();
        var e = Math.Exp(-1);
        Assert.Equal(e / 1.1, left[0].Mean, 1e-14);
        Assert.Equal(1.1 - (e * e / 1.1), left[0].Variance, 1e-14);
        Assert.Equal(-e / 1.1, left[1].Mean, 1e-14);
    }

    [Fact]
    public void Believing_keeps_the_mean_and_shrinks_the_variance()
    {
        var (process, space) = Fitted(KernelKind.Positions, trials: 20);
        byte[] believed = [0, 1, 0, 1, 1, 0];
        byte[][] all = [.. Enumerable.Range(0, (int)space.Size).Select(i => space.Digits(space.At(i)))];
        var (mean, variance) = (new double[all.Length], new double[all.Length]);
        process.Predict(all, mean, variance);
        var (meanAfter, varianceAfter) = (new double[all.Length], new double[all.Length]);
        process.Believe([believed]).Predict(all, meanAfter, varianceAfter);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal(mean[i], meanAfter[i], 1e-9);
            Assert.True(varianceAfter[i] <= variance[i] + 1e-12);
        }

        var at = Array.FindIndex(all, digits => digits.SequenceEqual(believed));
        Assert.True(varianceAfter[at] < variance[at]);
    }

    [Fact]
    public void Prediction_does_not_depend_on_the_other_candidates_of_a_block()
    {
        var (process, space) = Fitted(KernelKind.PositionsAndFeatures, trials: 20);
        byte[][] all = [.. Enumerable.Range(0, (int)space.Size).Select(i => space.Digits(space.At(i)))];
        var (mean, variance) = (new double[all.Length], new double[all.Length]);
        process.Predict(all, mean, variance);
        for (var i = 0; i < all.Length; i += 7)
        {
            var (aloneMean, aloneVariance) = (new double[1], new double[1]);
            process.Predict([all[i]], aloneMean, aloneVariance);
            Assert.Equal(mean[i], aloneMean[0]);
            Assert.Equal(variance[i], aloneVariance[0]);
        }
    }

    [Fact]
    public void One_trial_is_enough_for_a_posterior()
    {
        var surrogate = Surrogate.Fit(Two, new Seed(1), [Scored(0, Two, 0, 3.5)]);
        var (mean, variance) = (new double[1], new double[1]);
        surrogate.Process.Predict([[1, 1]], mean, variance);
        Assert.Equal(0, mean[0], 1e-12);
        Assert.InRange(variance[0], 1e-6, 1);
    }

    [Fact]
    public void Equal_scores_give_a_flat_posterior()
    {
        Trial[] trials = [.. Enumerable.Range(0, 4).Select(i => Scored(i, Two, i, 2.1))];
        var surrogate = Surrogate.Fit(Two, new Seed(1), trials);
        var mean = new double[4];
        surrogate.Process.Predict(surrogate.Observed.Digits, mean, new double[4]);
        Assert.All(mean, value => Assert.Equal(0, value, 1e-9));
    }

    [Fact]
    public void Same_row_twice_with_hardly_any_noise_is_no_trouble()
    {
        var process = new GaussianProcess(
            new InputEncoding(Two, KernelKind.Isotropic), [12, -40], [[0, 0], [0, 0], [0, 0], [1, 1]], [1, 1, 1, -1]);
        var (mean, variance) = (new double[1], new double[1]);
        process.Predict([[0, 0]], mean, variance);
        Assert.True(double.IsFinite(mean[0]) && variance[0] > 0);
    }

    [Fact]
    public void Matrix_that_is_only_just_singular_is_raised_a_little()
    {
        var factor = CovarianceFactor.Of(Padded(1, 1, 1, 1), 2);
        Assert.InRange(factor.Jitter, 1e-12, 1e-6);
        Assert.Equal(0, CovarianceFactor.Of(Padded(1, .5, .5, 1), 2).Jitter);
        Assert.Throws<ArithmeticException>(() => CovarianceFactor.Of(Padded(1, double.NaN, double.NaN, 1), 2));
    }

    [Fact]
    public void Of_very_many_trials_the_best_are_learnt_from()
    {
        var space = new SearchSpace(10, "AM");
        Trial[] trials = [.. Enumerable.Range(0, 600).Select(i => Scored(i, space, i, 600 - i))];
        var observed = new ObservedScores(space, new Seed(3), trials);
        Assert.Equal(ObservedScores.Most, observed.Trials.Count);
        Assert.Subset(observed.Trials.Select(trial => trial.Number).ToHashSet(), Enumerable.Range(344, 256).ToHashSet());
    }

    private static double[] Padded(double a, double b, double c, double d) =>
        [a, b, .. new double[CovarianceFactor.Alignment - 2], c, d, .. new double[CovarianceFactor.Alignment - 2]];

    internal static Trial Scored(int number, SearchSpace space, long index, double score) =>
        new Trial(number, space.At(index)).Complete(score);

    private static (GaussianProcess Process, SearchSpace Space) Fitted(KernelKind kernel, int trials)
    {
        var landscape = new LayerOrderLandscape(6, new Seed(5));
        var observed = new ObservedScores(
            landscape.Space,
            new Seed(5),
            [.. Enumerable.Range(0, trials).Select(i => Scored(i, landscape.Space, i * 3, landscape.Value(landscape.Space.At(i * 3))))]);
        return (Hyperparameters.Of(kernel, observed).Process(observed), landscape.Space);
    }
}
