using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Prediction;
using Composer.Manifests.Model;

namespace Composer.Stages.Prediction;

/// <summary>Which scores of small searches predict what was measured of the same orders.</summary>
/// <param name="Searched">The searches.</param>
/// <param name="Truth">What was measured.</param>
/// <param name="Orders">Those that both have, in the order of the study's places.</param>
/// <param name="Study">What came of it.</param>
public sealed record SearchPrediction(SearchedRuns Searched, OrderTruth Truth, IReadOnlyList<LayerSequence> Orders, PredictionStudy Study)
{
    /// <summary>Fewer orders have no rank correlation that says anything.</summary>
    public const int LeastOrders = 4;

    /// <summary>Null where fewer than <see cref="LeastOrders"/> orders have both scores and truth.</summary>
    public static SearchPrediction? Of(SearchedRuns searched, OrderTruth truth)
    {
        LayerSequence[] orders =
        [
            .. searched.Orders.Keys.Where(truth.Values.ContainsKey).OrderBy(o => o.ToString(), StringComparer.Ordinal),
        ];
        if (orders.Length < LeastOrders)
        {
            return null;
        }

        var predictors = Predictors.Of(
            [.. orders.Select(o => searched.Orders[o])], searched.Settings.Rule, [EvaluateSettings.TextTask]);
        return new SearchPrediction(
            searched,
            truth,
            orders,
            PredictionStudy.Of(
                predictors, new RepeatedScores(orders.Select(o => truth.Values[o])), new Seed(searched.Seeds[0]).Derive("prediction")));
    }
}
