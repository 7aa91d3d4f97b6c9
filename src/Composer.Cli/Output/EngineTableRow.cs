using System.Globalization;
using Composer.Training.Benchmarks;

namespace Composer.Cli.Output;

/// <summary>One promise and what was measured of it.</summary>
/// <param name="Name">As <c>--rows</c> takes it.</param>
/// <param name="Threads">Threads at once.</param>
/// <param name="Isa">Vector instructions.</param>
/// <param name="TokensPerSecond">Of the median round; null of the comparison of threads.</param>
/// <param name="Figure">Fraction of the FMA peak, or two threads over one.</param>
internal sealed record EngineTableRow(string Name, int Threads, string Isa, double? TokensPerSecond, RepeatedFigure Figure)
{
    public const string ScalingName = "2 threads / 1 thread";

    /// <summary>The columns of <see cref="EngineTable.Columns"/>.</summary>
    public string[] Cells()
    {
        var invariant = CultureInfo.InvariantCulture;
        return
        [
            Name,
            TokensPerSecond is null ? "" : Threads.ToString(invariant),
            Isa,
            TokensPerSecond?.ToString("N0", invariant) ?? "",
            Figure.Median.ToString("0.000", invariant),
            string.Create(invariant, $"{Figure.Lowest:0.000}–{Figure.Highest:0.000}"),
            Figure.Goal is { } goal ? string.Create(invariant, $"≥ {goal:0.00}") : "",
            Figure.Reached switch { true => "reached", false => "short", null => "" },
        ];
    }
}
