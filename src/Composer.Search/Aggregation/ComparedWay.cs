using Composer.Architecture;

namespace Composer.Search.Aggregation;

/// <summary>What one way to aggregate makes of several searches.</summary>
/// <param name="Name">Such as N_0, or N_0 confirmed.</param>
/// <param name="Orders">One for each search; null where nothing could confirm one.</param>
/// <param name="Regrets">
/// How far each order's score lies above the best of the same search, in deviations of that search's scores;
/// null where the order was not tried.
/// </param>
/// <param name="HeldOutRegrets">
/// The same in the other searches, on the mean: their data and luck had no part in the choice. Null where none
/// of them tried the order.
/// </param>
/// <param name="TruthRegrets">
/// How far what was measured of each order lies above the best, in the measure's own unit; null where that was not measured, and none
/// where nothing was.
/// </param>
public sealed record ComparedWay(
    string Name,
    IReadOnlyList<LayerSequence?> Orders,
    IReadOnlyList<double?> Regrets,
    IReadOnlyList<double?> HeldOutRegrets,
    IReadOnlyList<double?> TruthRegrets)
{
    /// <summary>Of the orders with one: the mean held-out regret; null without any.</summary>
    public double? MeanHeldOutRegret => HeldOutRegrets.OfType<double>().ToArray() is { Length: > 0 } known ? known.Average() : null;
}
