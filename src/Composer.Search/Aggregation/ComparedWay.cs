using Composer.Architecture;

namespace Composer.Search.Aggregation;

/// <summary>What one way to aggregate makes of several searches.</summary>
/// <param name="Name">Such as N_0.</param>
/// <param name="Orders">One for each search.</param>
/// <param name="Regrets">
/// How far each order's score lies above the best of the same search, in deviations of that search's scores;
/// null where the order was not tried.
/// </param>
/// <param name="HeldOutRegrets">
/// The same in the other searches, on the mean: their data and luck had no part in the choice. Null where none
/// of them tried the order.
/// </param>
public sealed record ComparedWay(
    string Name, IReadOnlyList<LayerSequence> Orders, IReadOnlyList<double?> Regrets, IReadOnlyList<double?> HeldOutRegrets)
{
    /// <summary>Of the orders with one: the mean held-out regret; null without any.</summary>
    public double? MeanHeldOutRegret => HeldOutRegrets.OfType<double>().ToArray() is { Length: > 0 } known ? known.Average() : null;

    /// <summary>Of that mean; null with fewer than two.</summary>
    public double? StandardError
    {
        get
        {
            double[] known = [.. HeldOutRegrets.OfType<double>()];
            if (known.Length < 2)
            {
                return null;
            }

            var mean = known.Average();
            return Math.Sqrt(known.Sum(r => (r - mean) * (r - mean)) / (known.Length - 1) / known.Length);
        }
    }
}
