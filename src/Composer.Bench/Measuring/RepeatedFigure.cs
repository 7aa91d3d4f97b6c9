namespace Composer.Bench.Measuring;

/// <summary>A figure that was measured in several rounds, beside what is promised of it.</summary>
/// <param name="Median">The middle value; of an even number the mean of the two.</param>
/// <param name="Lowest">Of the rounds.</param>
/// <param name="Highest">Of the rounds.</param>
/// <param name="Goal">At least this; null where nothing is promised.</param>
internal sealed record RepeatedFigure(double Median, double Lowest, double Highest, double? Goal)
{
    /// <summary>Whether the median is at least the goal; null where there is none.</summary>
    public bool? Reached => Goal is { } goal ? Median >= goal : null;

    /// <param name="values">One a round, at least one.</param>
    /// <param name="goal">At least this; null where nothing is promised.</param>
    public static RepeatedFigure Of(IEnumerable<double> values, double? goal)
    {
        var sorted = values.Order().ToList();
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(values));
        var median = (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        return new RepeatedFigure(median, sorted[0], sorted[^1], goal);
    }

    /// <summary>One figure over another, round by round: what slows a whole round down cancels out.</summary>
    /// <param name="values">One a round.</param>
    /// <param name="bases">As many.</param>
    /// <param name="goal">At least this; null where nothing is promised.</param>
    public static RepeatedFigure OfRatios(IReadOnlyList<double> values, IReadOnlyList<double> bases, double? goal)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Count, bases.Count);
        return Of(values.Zip(bases, (value, @base) => value / @base), goal);
    }
}
