using Composer.Architecture;
using Composer.Core;
using Composer.Search;

namespace Composer.Bench.Search;

/// <summary>
/// A landscape of layer orders small enough to know every value: reported is the regret in standard
/// deviations of the landscape, and what a search is told has noise of .2 deviations.
/// </summary>
internal abstract class EnumeratedProblem : SearchProblem
{
    private const double NoiseShare = .2;
    private const double TopShare = .01;

    private readonly Lazy<(double Minimum, double Deviation, double Top)> known;

    private protected EnumeratedProblem(int layers, string symbols = "AM")
    {
        Space = new SearchSpace(layers, symbols);
        known = new(Enumerate);
    }

    public override SearchSpace Space { get; }

    /// <summary>The least value of all.</summary>
    public double Minimum => known.Value.Minimum;

    /// <summary>The standard deviation of the values of all orders.</summary>
    public double Deviation => known.Value.Deviation;

    /// <summary>The value with noise, a function of the order and the seed.</summary>
    public override double Observe(LayerSequence order, Seed seed) =>
        Value(order) + (NoiseShare * Deviation * new Rng(seed.Derive(order.ToString())).NextGaussian());

    public override double Report(double value) => (value - Minimum) / Deviation;

    public override bool? IsInTopPercent(double value) => value <= known.Value.Top;

    private (double Minimum, double Deviation, double Top) Enumerate()
    {
        var values = new double[Space.Size];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = Value(Space.At(index));
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Array.Sort(values);
        return (values[0], deviation, values[(int)(TopShare * values.Length)]);
    }
}
