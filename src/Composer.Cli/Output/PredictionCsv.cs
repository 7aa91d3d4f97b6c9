using System.Globalization;
using System.Text;
using Composer.Core.Settings;
using Composer.Mad.Prediction;

namespace Composer.Cli.Output;

/// <summary>How well each score predicts, as RFC 4180 has it: one row a score.</summary>
internal static class PredictionCsv
{
    public static string Of(IEnumerable<PredictionView> views)
    {
        var text = new StringBuilder();
        CsvRow.Append(text,
        [
            "search", "truth", "orders", "repetitions", "truth_repetitions", "kind", "objective", "epoch", "task",
            .. Named("spearman"), .. Named("kendall"), "reliability_of_one", "reliability_of_mean", "truth_reliability_of_mean",
            "corrected", .. Named("against_own"), "best", .. Named("regret_of_best"), "regret_of_best_deviations",
            .. Named("regret_of_five"),
            "regret_of_five_deviations",
        ]);
        foreach (var view in views)
        {
            foreach (var score in view.Predictors)
            {
                CsvRow.Append(text,
                [
                    view.Stage, view.Truth.Stage, Text(view.Orders.Count), Text(view.Repetitions), Text(view.Truth.Repetitions),
                    SettingNames.Of(score.Kind), SettingNames.Of(score.Objective), SettingNames.Of(score.Epoch), score.Task ?? "",
                    .. Texts(score.Spearman), .. Texts(score.Kendall), Text(score.Reliability?.OfOne), Text(score.Reliability?.OfMean),
                    Text(view.Truth.Reliability?.OfMean), Text(score.Corrected), .. Texts(score.AgainstOwn), score.Best,
                    .. Texts(score.RegretOfBest), Text(score.RegretOfBestDeviations), .. Texts(score.RegretOfFive),
                    Text(score.RegretOfFiveDeviations),
                ]);
            }
        }

        return text.ToString();
    }

    private static string[] Named(string name) => [name, $"{name}_low", $"{name}_high"];

    private static string[] Texts(Estimate estimate) => [Text(estimate.Value), Text(estimate.Low), Text(estimate.High)];

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
