using Composer.Reporting.Data;
using Composer.Reporting.Statistics;

namespace Composer.Reporting.IsoFlops;

/// <summary>The points of a sweep over sizes and budgets that agree in all else.</summary>
/// <param name="Label">What they agree in, where the sweep varies more; empty else.</param>
/// <param name="Groups">Of the points.</param>
internal sealed record IsoFlopGrid(string Label, IReadOnlyList<PointGroup> Groups)
{
    private const string Size = "extrapolate.size";
    private const string Budget = "pretrain.flops";

    /// <summary>Sizes, and budgets, that a parabola and a slope need.</summary>
    private const int Fewest = 3;

    /// <summary>Of a report; none where no sweep varies both three times.</summary>
    public static IReadOnlyList<IsoFlopGrid> Of(IReadOnlyList<PointGroup> groups) =>
    [
        .. groups.Where(g => ValueOf(g, Size) is not null && ValueOf(g, Budget) is not null)
            .GroupBy(
                g => string.Join(", ", g.Axes.Where(a => a.Path is not (Size or Budget)).Select(a => $"{a.Path}={a.Value}")),
                StringComparer.Ordinal)
            .Where(g => CountOf(g, Size) >= Fewest && CountOf(g, Budget) >= Fewest)
            .Select(g => new IsoFlopGrid(g.Key, [.. g])),
    ];

    /// <summary>Names of the models, what was found first.</summary>
    public IReadOnlyList<string> Models { get; } = [.. Groups.SelectMany(g => g.Models).Distinct(StringComparer.Ordinal)];

    /// <summary>A model's curves, from the smallest budget to the largest.</summary>
    public IReadOnlyList<IsoFlopCurve> CurvesOf(string model) =>
    [
        .. Groups.Where(g => g.Of(model).Count > 0).GroupBy(g => ValueOf(g, Budget), StringComparer.Ordinal)
            .Select(budget => new IsoFlopCurve(
                GeometricMean(budget.SelectMany(g => g.Of(model)).SelectMany(m => m.Runs).Select(r => r.Pretrain.Flops)),
                [
                    .. budget.GroupBy(g => Math.Round(GeometricMean(g.Of(model).Select(m => (double)m.Pretrain.Parameters))))
                        .OrderBy(size => size.Key).Select(size => PointOf(size.Key, [.. size], model)),
                ]))
            .OrderBy(curve => curve.Flops),
    ];

    private static IsoFlopPoint PointOf(double parameters, IReadOnlyList<PointGroup> groups, string model)
    {
        var units = groups.SelectMany(g => g.Values(model, PointGroup.LossOf)).GroupBy(v => v.Unit, v => v.Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Average(), StringComparer.Ordinal);
        return new IsoFlopPoint(parameters, MeanInterval.Of(units.OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => u.Value)), units);
    }

    private static int CountOf(IEnumerable<PointGroup> groups, string axis) =>
        groups.Select(g => ValueOf(g, axis)).Distinct(StringComparer.Ordinal).Count();

    private static string? ValueOf(PointGroup group, string axis) => group.Axes.FirstOrDefault(a => a.Path == axis)?.Value;

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
