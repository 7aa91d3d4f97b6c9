using Composer.Core;
using Composer.Search.Acquisition;
using Composer.Search.Surrogates;

namespace Composer.Search.Analysis;

/// <summary>What a surrogate fitted to the scores of a study says about them; for reports.</summary>
/// <param name="Kernel">
/// The kernel that predicts best what it has not seen: <c>positions</c>, <c>isotropic</c>, or
/// <c>positions and features</c>.
/// </param>
/// <param name="NoiseDeviation">Estimated standard deviation of one trial's score around its expectation.</param>
/// <param name="LeaveOneOut">One for each trial that was learnt from, in order of number.</param>
/// <param name="Positions">One for each layer that the trials vary.</param>
/// <param name="Minimum">The order of the lowest predicted score among all, tried or not.</param>
/// <remarks>Immutable; a function of seed and trials.</remarks>
public sealed record StudyAnalysis(
    string Kernel,
    double NoiseDeviation,
    IReadOnlyList<LeaveOneOutPrediction> LeaveOneOut,
    IReadOnlyList<PositionEffect> Positions,
    PredictedOrder Minimum)
{
    private const int Samples = 2048;

    /// <summary>Analyses completed trials; null when there are fewer than two.</summary>
    /// <param name="study">Gives primitives and seed.</param>
    /// <param name="trials">
    /// Orders of one length, such as <see cref="ISearchStrategy.Result"/>. Layers in which they all agree, as
    /// those that an incremental search had fixed, are left as they are.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ, or a trial is not complete.</exception>
    public static StudyAnalysis? Of(Study study, IReadOnlyList<Trial> trials)
    {
        if (trials.Count < 2)
        {
            return null;
        }

        if (VaryingLayers.Of(study.Space, trials) is not { } varying)
        {
            return null;
        }

        var seed = study.Seed.Derive("analysis");
        var byNumber = trials.ToDictionary(trial => trial.Number);
        var surrogate = Surrogate.Fit(varying.Space, seed, varying.Trials);
        var scale = surrogate.Observed;
        return new StudyAnalysis(
            Name(surrogate.Kernel),
            Math.Sqrt(scale.PooledNoise ?? surrogate.Process.Noise) * scale.Deviation,
            [.. surrogate.Process.LeaveOneOut().Select((prediction, i) => new LeaveOneOutPrediction(
                byNumber[scale.Trials[i].Number],
                scale.Location + (scale.Deviation * prediction.Mean),
                scale.Deviation * Math.Sqrt(prediction.Variance)))],
            Effects(surrogate, varying.Positions, new Rng(seed.Derive("effects"))),
            LowestPrediction(surrogate, varying, seed));
    }

    private static PositionEffect[] Effects(Surrogate surrogate, int[] varying, Rng rng)
    {
        var space = surrogate.Observed.Space;
        var deviation = surrogate.Observed.Deviation;
        var orders = Sample(space, rng);
        var total = Variance(Means(surrogate, orders));
        return [.. varying.Select((position, layer) =>
        {
            double[][] means = [.. Enumerable.Range(0, space.Primitives.Length).Select(digit =>
                Means(surrogate, [.. orders.Select(order => With(order, layer, (byte)digit))]))];
            double[] averages = [.. means.Select(m => m.Average())];
            var variance = Enumerable.Range(0, orders.Length).Average(k => Variance([.. means.Select(m => m[k])]));
            return new PositionEffect(
                position,
                deviation * Math.Sqrt(variance),
                total > 0 ? variance / total : 0,
                [.. averages.Select((average, digit) => (space.Primitives[digit], deviation * (average - averages.Average())))]);
        })];
    }

    private static PredictedOrder LowestPrediction(Surrogate surrogate, VaryingLayers varying, Seed seed)
    {
        var space = surrogate.Observed.Space;
        var point = AcquisitionMaximizer.Best(space, surrogate.Process, [], (mean, _, _) => -mean, seed.Derive("minimum"), threads: 1)!;
        var (mean, variance) = (new double[1], new double[1]);
        surrogate.Process.Predict([point], mean, variance);
        return new PredictedOrder(
            varying.Whole(point),
            surrogate.Observed.Location + (surrogate.Observed.Deviation * mean[0]),
            surrogate.Observed.Deviation * Math.Sqrt(variance[0]));
    }

    /// <summary>All orders of a small space, random ones of a large.</summary>
    private static byte[][] Sample(SearchSpace space, Rng rng)
    {
        var orders = new byte[Math.Min(Samples, space.Size)][];
        for (var i = 0; i < orders.Length; i++)
        {
            orders[i] = new byte[space.Layers];
            if (space.Size <= Samples)
            {
                space.Digits(i, orders[i]);
            }
            else
            {
                space.Draw(rng, orders[i]);
            }
        }

        return orders;
    }

    private static double[] Means(Surrogate surrogate, byte[][] orders)
    {
        var mean = new double[orders.Length];
        surrogate.Process.PredictMean(orders, mean);
        return mean;
    }

    private static byte[] With(byte[] order, int layer, byte digit)
    {
        byte[] changed = [.. order];
        changed[layer] = digit;
        return changed;
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }

    private static string Name(KernelKind kernel) => kernel switch
    {
        KernelKind.Positions => "positions",
        KernelKind.Isotropic => "isotropic",
        KernelKind.PositionsAndFeatures => "positions and features",
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    };
}
