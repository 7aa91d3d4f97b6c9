using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Core.Text;
using Composer.Search.Aggregation;

namespace Composer.Cli.Output;

/// <summary>What <c>composer search compare</c> prints.</summary>
/// <param name="Comparisons">One for each search of the experiment, such as those of its variants.</param>
internal sealed record AggregationComparisonsView(IReadOnlyList<AggregationComparisonView> Comparisons)
{
    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Comparisons.Select(comparison => comparison.Text).Prepend(
        "regret in deviations of a search's scores, held out: in the searches of other seeds"));
}

/// <summary>Searches that differ in their seeds alone.</summary>
/// <param name="Stages">Their name without the seed; several where variants share the searches.</param>
/// <param name="Searches">How many.</param>
/// <param name="Ways">What each way to aggregate makes of them.</param>
internal sealed record AggregationComparisonView(IReadOnlyList<string> Stages, int Searches, IReadOnlyList<AggregationWayView> Ways)
{
    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Ways.Select(way => way.Text).Prepend(
        string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", Stages)}: {CountText.Of(Searches, "seed")}")));
}

/// <summary>One way to aggregate.</summary>
internal sealed record AggregationWayView(
    string Way,
    IReadOnlyList<string> Orders,
    IReadOnlyList<double?> Regrets,
    IReadOnlyList<double?> HeldOutRegrets,
    double? MeanHeldOutRegret,
    double? StandardError)
{
    [JsonIgnore]
    public string Text
    {
        get
        {
            var regret = MeanHeldOutRegret is { } mean ? string.Create(CultureInfo.InvariantCulture, $"{mean:0.000}") : "–";
            var error = StandardError is { } e ? string.Create(CultureInfo.InvariantCulture, $" ± {e:0.000}") : "";
            var orders = Orders.GroupBy(o => o)
                .OrderByDescending(g => g.Count()).Select(g => g.Count() > 1 ? $"{g.Key} ({g.Count()})" : g.Key);
            return $"  {Way,-10} held out {regret}{error}   {string.Join(", ", orders)}";
        }
    }

    public static AggregationWayView Of(ComparedWay way) => new(
        way.Name,
        [.. way.Orders.Select(o => o.Notation)],
        way.Regrets,
        way.HeldOutRegrets,
        way.MeanHeldOutRegret,
        way.StandardError);
}
