using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Cli.Terminal;
using Composer.Core.Text;
using Composer.Reporting.Statistics;
using Composer.Search.Aggregation;

namespace Composer.Cli.Output;

/// <summary>What <c>composer search compare</c> prints.</summary>
/// <param name="Comparisons">One for each search of the experiment, such as those of its variants.</param>
internal sealed record AggregationComparisonsView(IReadOnlyList<AggregationComparisonView> Comparisons)
{
    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Comparisons.Select(comparison => comparison.Text).Prepend(
        "regret, mean ± 95 % interval over seeds (t); held out: in the searches of other seeds, in deviations of their scores"));
}

/// <summary>Searches that differ in their seeds alone.</summary>
/// <param name="Stages">Their name without the seed; several where variants share the searches.</param>
/// <param name="Searches">How many.</param>
/// <param name="ConfirmedBy">
/// Whose runs confirm: <c>fresh runs</c> of the aggregations, or <c>other seeds</c>; null where there is neither.
/// </param>
/// <param name="Confirming">How many runs confirm an order.</param>
/// <param name="Truth">What was measured of the orders besides; null where nothing was asked for.</param>
/// <param name="RandomHeldOutRegret">The mean regret of an order drawn from those of a search.</param>
/// <param name="RandomTruthRegret">The same by the truth; null without one.</param>
/// <param name="Ways">What each way to aggregate makes of them, as it is and confirmed.</param>
internal sealed record AggregationComparisonView(
    IReadOnlyList<string> Stages,
    int Searches,
    string? ConfirmedBy,
    int Confirming,
    ComparedTruthView? Truth,
    double RandomHeldOutRegret,
    double? RandomTruthRegret,
    IReadOnlyList<AggregationWayView> Ways)
{
    private const int Names = 22;
    private const int Regrets = 16;

    [JsonIgnore]
    public string Text
    {
        get
        {
            var lines = new List<string> { $"{string.Join(", ", Stages)}: {CountText.Of(Searches, "seed")}" };
            if (ConfirmedBy is not null)
            {
                lines.Add("  confirmed by " + (ConfirmedBy == "fresh runs"
                    ? CountText.Of(Confirming, "fresh run")
                    : Confirming == 1 ? "the search of another seed" : $"the searches of {Confirming} other seeds"));
            }

            if (Truth is not null)
            {
                lines.Add(
                    $"  truth: {Truth.Stage}, {Truth.What}, {CountText.Of(Truth.Repetitions, "repetition")}, "
                    + CountText.Of(Truth.Orders, "order"));
            }

            var truth = Truth is null ? "" : $"{(Truth.Unit == "nats" ? "truth, nats" : "truth"),-Regrets}";
            lines.Add($"{"",Names}{"held out",-Regrets}{truth}orders");
            lines.AddRange(Ways.Select(way => Row(way.Way, way.HeldOut, way.OnTruth, way.OrdersInWords)));
            lines.Add(Row(
                "a random order",
                MeanInterval.Of(RandomHeldOutRegret),
                RandomTruthRegret is { } regret ? MeanInterval.Of(regret) : null,
                ""));
            return string.Join(Environment.NewLine, lines.Select(line => line.TrimEnd()));
        }
    }

    private string Row(string name, MeanInterval? heldOut, MeanInterval? truth, string orders) =>
        Cells.Fit($"  {name}", Names) + Cells.Fit(Regret(heldOut, "0.000"), Regrets)
        + (Truth is null ? "" : Cells.Fit(Regret(truth, "0.0000"), Regrets)) + orders;

    private static string Regret(MeanInterval? regret, string format)
    {
        var culture = CultureInfo.InvariantCulture;
        return regret is not { } known ? "–"
            : known.Mean.ToString(format, culture) + (known.Half is { } half ? $" ± {half.ToString(format, culture)}" : "");
    }
}

/// <summary>What was measured of the orders that searches chose from.</summary>
internal sealed record ComparedTruthView(string Stage, string What, string Unit, IReadOnlyList<ulong> Seeds, int Repetitions, int Orders);

/// <summary>One way to aggregate.</summary>
/// <param name="HeldOut">The mean of the held-out regrets over the seeds, with its 95 % interval; null without one.</param>
/// <param name="OnTruth">The same of the truth's.</param>
internal sealed record AggregationWayView(
    string Way,
    IReadOnlyList<string?> Orders,
    IReadOnlyList<double?> Regrets,
    IReadOnlyList<double?> HeldOutRegrets,
    double? MeanHeldOutRegret,
    IReadOnlyList<double?> TruthRegrets,
    MeanInterval? HeldOut,
    MeanInterval? OnTruth)
{
    /// <summary>Such as <c>2A+4M (3), 6M</c>.</summary>
    [JsonIgnore]
    public string OrdersInWords => string.Join(", ", Orders.GroupBy(o => o ?? "–")
        .OrderByDescending(g => g.Count()).Select(g => g.Count() > 1 ? $"{g.Key} ({g.Count()})" : g.Key));

    public static AggregationWayView Of(ComparedWay way) => new(
        way.Name,
        [.. way.Orders.Select(o => o?.Notation)],
        way.Regrets,
        way.HeldOutRegrets,
        way.MeanHeldOutRegret,
        way.TruthRegrets,
        Interval(way.HeldOutRegrets),
        Interval(way.TruthRegrets));

    private static MeanInterval? Interval(IReadOnlyList<double?> regrets) =>
        regrets.OfType<double>().ToArray() is { Length: > 0 } known ? MeanInterval.Of(known) : null;
}
