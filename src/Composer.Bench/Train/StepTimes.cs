using Composer.Bench.Measuring;

namespace Composer.Bench.Train;

/// <summary>The steps that one engine took, each with what the machine could do beside it.</summary>
/// <remarks>
/// The fraction of the peak is taken step by step, by wall time: the useful operations of a step over the higher of the
/// probes right before and right after it, each the best of several bursts; the median step counts. So a machine that
/// slows down for minutes slows both. A disturbed probe would read low and raise the fraction, even above 1, hence the
/// bursts and the higher of two; a disturbed step lowers it: where others work too the fraction errs downwards.
/// </remarks>
internal sealed class StepTimes
{
    private readonly List<double> peaks = [];

    /// <summary>Of each step.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>Operations a second that the machine could do, at the median step.</summary>
    public double Peak => MedianOf(peaks);

    /// <summary>Of the median step.</summary>
    public double MedianSeconds => MedianOf(Seconds);

    /// <param name="seconds">Of a step.</param>
    /// <param name="before">The probe right before it, operations a second; 0 without one.</param>
    /// <param name="after">The probe right after it.</param>
    public void Add(double seconds, double before, double after)
    {
        Seconds.Add(seconds);
        peaks.Add(Math.Max(before, after));
    }

    /// <summary>The median over steps of their operations a second over the machine's.</summary>
    /// <param name="flops">Of a step.</param>
    public double FractionOf(double flops) => MedianOf(Seconds.Zip(peaks, (step, peak) => flops / step / peak));

    private static double MedianOf(IEnumerable<double> values) => RepeatedFigure.Of(values, null).Median;
}
