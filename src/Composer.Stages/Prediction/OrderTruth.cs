using Composer.Architecture;

namespace Composer.Stages.Prediction;

/// <summary>What was measured of orders, for small searches to predict.</summary>
/// <param name="Stage">Where it comes from: a stage's name without seeds.</param>
/// <param name="What">In a few words, such as <c>validation loss of pre-trained models</c>.</param>
/// <param name="Unit">Of the values: <c>nats</c>, or <c>of 1</c> for accuracies.</param>
/// <param name="Seeds">The experiment's seeds behind the repetitions, in turn.</param>
/// <param name="Values">Of each order in every repetition, lower is better; as many of each.</param>
public sealed record OrderTruth(
    string Stage, string What, string Unit, IReadOnlyList<ulong> Seeds, IReadOnlyDictionary<LayerSequence, IReadOnlyList<double>> Values)
{
    /// <summary>Repetitions of each order.</summary>
    public int Repetitions => Values.Count == 0 ? 0 : Values.First().Value.Count;

    /// <summary>Those of one stage as one, of the orders that all of them have: each brings repetitions of its own.</summary>
    public static IReadOnlyList<OrderTruth> Together(IEnumerable<OrderTruth> truths) =>
    [
        .. truths.GroupBy(truth => truth.Stage).Select(group => group.First() with
        {
            Seeds = [.. group.SelectMany(truth => truth.Seeds)],
            Values = group.First().Values.Keys.Where(order => group.All(truth => truth.Values.ContainsKey(order)))
                .ToDictionary(order => order, order => (IReadOnlyList<double>)[.. group.SelectMany(truth => truth.Values[order])]),
        }),
    ];
}
