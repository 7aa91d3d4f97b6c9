using System.Globalization;
using Composer.Architecture.Presets;
using Composer.Reporting.Plots;

namespace Composer.Reporting.Data;

/// <summary>A setting that a sweep varies, as an axis: numbers sorted and to scale, anything else in the manifest's order.</summary>
internal sealed class SweepAxis
{
    /// <summary>From which ratio of the largest to the smallest on an axis is logarithmic.</summary>
    private const double LogarithmicFrom = 8;

    private readonly Dictionary<string, double> places;

    private SweepAxis(string path, IReadOnlyList<string> values)
    {
        Path = path;
        double?[] numbers = [.. values.Select(NumberOf)];
        IsNumeric = numbers.All(n => n is not null) && numbers.Distinct().Count() == values.Count;
        places = values.Select((v, i) => (v, At: IsNumeric ? numbers[i]!.Value : i + 1.0)).ToDictionary(v => v.v, v => v.At, StringComparer.Ordinal);
        Values = [.. values.OrderBy(v => places[v])];
        Scale = IsNumeric ? AxisChoice.For(places.Values, LogarithmicFrom, .08) : new LinearScale(.5, values.Count + .5);
    }

    /// <summary>The setting, such as <c>extrapolate.size</c>.</summary>
    public string Path { get; }

    /// <summary>Whether its values are numbers, sizes such as 350M among them.</summary>
    public bool IsNumeric { get; }

    /// <summary>Its values along the axis.</summary>
    public IReadOnlyList<string> Values { get; }

    public IAxisScale Scale { get; }

    /// <summary>Where a value lies on <see cref="Scale"/>.</summary>
    public double At(string value) => places[value];

    /// <summary>The value that lies here.</summary>
    public string ValueAt(double place) => places.First(p => p.Value == place).Key;

    /// <summary>
    /// The settings that take several values over the groups; first the one that a plot is drawn over: a number if there is one, and of
    /// those the one with most values.
    /// </summary>
    public static IReadOnlyList<SweepAxis> Of(IReadOnlyList<PointGroup> groups) =>
    [
        .. groups.SelectMany(g => g.Axes).GroupBy(a => a.Path, a => a.Value, StringComparer.Ordinal)
            .Select(g => new SweepAxis(g.Key, [.. g.Distinct(StringComparer.Ordinal)]))
            .Where(a => a.Values.Count > 1)
            .OrderByDescending(a => a.IsNumeric)
            .ThenByDescending(a => a.Values.Count),
    ];

    /// <summary>The groups by their values, the first axis first.</summary>
    public static IReadOnlyList<PointGroup> Sort(IReadOnlyList<PointGroup> groups) => [.. Of(groups).Reverse().Aggregate(
        groups.AsEnumerable(), (sorted, a) => sorted.OrderBy(g => a.ValueOf(g) is { } value ? a.At(value) : double.NaN))];

    /// <summary>The value of a group on this axis; null where it has none.</summary>
    public string? ValueOf(PointGroup group) => group.Axes.FirstOrDefault(a => a.Path == Path)?.Value;

    /// <summary>1e-4, 4_096, "350M", 1.4B; null of anything else.</summary>
    private static double? NumberOf(string value)
    {
        var plain = value.Trim('"').Replace("_", "", StringComparison.Ordinal);
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : ModelSize.TryParse(plain, out var size, out _) ? size.Parameters
            : null;
    }
}
