using Composer.Core;
using Composer.Reporting.Statistics;

namespace Composer.Reporting.IsoFlops;

/// <summary>How the minima of a model's curves move with the budget C.</summary>
internal sealed class IsoFlopLaws
{
    private const int Resamples = 2000;

    /// <summary>So many of the resamples must give a law for its interval to be told.</summary>
    private const double Share = .9;

    private IsoFlopLaws(IReadOnlyList<IsoFlopCurve> curves)
    {
        Minima = [.. curves.Where(c => c.Minimum == IsoFlopMinimum.Inside)];
        Loss = Fit(c => Math.Log(c.Fit!.Value.Lowest));
        Optimum = Fit(c => c.Fit!.Value.Vertex);
        Decade = StraightLine.Fit([.. Minima.Select(c => (Math.Log10(c.Flops), c.Fit!.Value.Lowest))]);
    }

    /// <summary>The curves whose minimum lies among the measured sizes: the laws are of these alone.</summary>
    public IReadOnlyList<IsoFlopCurve> Minima { get; }

    /// <summary>ln L over ln C: L ∝ C^slope. Null of fewer than two minima, as the others.</summary>
    public StraightLine? Loss { get; }

    /// <summary>ln N over ln C: N ∝ C^slope.</summary>
    public StraightLine? Optimum { get; }

    /// <summary>L over log₁₀ C: nats a token for ten times the budget.</summary>
    public StraightLine? Decade { get; }

    /// <summary>95 % of the slope of <see cref="Loss"/>; null where fewer than two trainings are at every point.</summary>
    public (double Low, double High)? LossInterval { get; private init; }

    /// <summary>Of <see cref="Optimum"/>.</summary>
    public (double Low, double High)? OptimumInterval { get; private init; }

    /// <summary>Of <see cref="Decade"/>.</summary>
    public (double Low, double High)? DecadeInterval { get; private init; }

    /// <summary>
    /// Laws with intervals: the trainings, or seeds, that every point has are drawn with replacement, the same for all points, as
    /// those of one number share their data; percentiles over the draws.
    /// </summary>
    /// <param name="curves">Of one model.</param>
    /// <param name="seed">Of the draws.</param>
    public static IsoFlopLaws Of(IReadOnlyList<IsoFlopCurve> curves, Seed seed)
    {
        var points = curves.SelectMany(c => c.Points).ToList();
        string[] units =
        [
            .. points.SelectMany(p => p.Units.Keys).Distinct(StringComparer.Ordinal).Where(u => points.All(p => p.Units.ContainsKey(u)))
                .Order(StringComparer.Ordinal),
        ];
        if (units.Length < 2)
        {
            return new IsoFlopLaws(curves);
        }

        var rng = new Rng(seed);
        var laws = Enumerable.Range(0, Resamples).Select(_ =>
        {
            var drawn = units.Select(_ => units[rng.NextInt(units.Length)]).ToArray();
            return new IsoFlopLaws([.. curves.Select(c => c.With(c.Points.Select(p => drawn.Average(u => p.Units[u]))))]);
        }).ToList();
        return new IsoFlopLaws(curves)
        {
            LossInterval = Interval(laws.Select(l => l.Loss)),
            OptimumInterval = Interval(laws.Select(l => l.Optimum)),
            DecadeInterval = Interval(laws.Select(l => l.Decade)),
        };
    }

    private static (double Low, double High)? Interval(IEnumerable<StraightLine?> lines)
    {
        var slopes = lines.OfType<StraightLine>().Select(l => l.Slope).Order().ToArray();
        return slopes.Length < Share * Resamples
            ? null
            : (slopes[(int)(.025 * (slopes.Length - 1))], slopes[(int)Math.Ceiling(.975 * (slopes.Length - 1))]);
    }

    private StraightLine? Fit(Func<IsoFlopCurve, double> of) =>
        StraightLine.Fit([.. Minima.Select(c => (Math.Log(c.Flops), of(c)))]);
}
