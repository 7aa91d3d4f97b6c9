using Composer.Core.Settings;
using Composer.Mad.Prediction;
using Composer.Mad.Scoring;
using Composer.Stages.Prediction;

namespace Composer.Cli.Output;

/// <summary>What <c>composer search predict</c> prints of searches that differ in their seeds alone.</summary>
/// <param name="Stage">The searches' name without the seed.</param>
/// <param name="Seeds">Theirs.</param>
/// <param name="Repetitions">Of each order, in all searches together.</param>
/// <param name="LeftOut">Orders of the searches that were not scored to the end by all of them.</param>
/// <param name="Orders">Those that were compared.</param>
/// <param name="Truth">What is predicted.</param>
/// <param name="SharedSeeds">Seeds of both: at these a small model of the truth begins with parameters of the search's.</param>
/// <param name="Predictors">Each score, the searches' own first.</param>
/// <param name="Tasks">What each task does to the mean over tasks.</param>
internal sealed record PredictionView(
    string Stage,
    IReadOnlyList<ulong> Seeds,
    int Repetitions,
    int LeftOut,
    IReadOnlyList<string> Orders,
    TruthView Truth,
    IReadOnlyList<ulong> SharedSeeds,
    IReadOnlyList<PredictorView> Predictors,
    IReadOnlyList<TaskInfluence> Tasks)
{
    public static PredictionView Of(SearchPrediction prediction)
    {
        var (searched, truth, study) = (prediction.Searched, prediction.Truth, prediction.Study);
        return new PredictionView(
            searched.Stage,
            searched.Seeds,
            searched.Repetitions,
            searched.LeftOut,
            [.. prediction.Orders.Select(o => o.ToString())],
            new TruthView(truth.Stage, truth.What, truth.Unit, truth.Seeds, truth.Repetitions, study.Truth, study.Deviation),
            [.. searched.Seeds.Intersect(truth.Seeds)],
            [.. study.Scores.Select(score => PredictorView.Of(score, prediction))],
            study.Influences);
    }
}

/// <summary>What is predicted.</summary>
/// <param name="Deviation">Standard deviation over the orders, in the unit.</param>
internal sealed record TruthView(
    string Stage, string What, string Unit, IReadOnlyList<ulong> Seeds, int Repetitions, Reliability? Reliability, double Deviation);

/// <summary>How well one score predicts.</summary>
/// <param name="RegretOfBestDeviations">The regret in standard deviations of the truth over the orders.</param>
/// <param name="RegretOfFiveDeviations">Likewise.</param>
internal sealed record PredictorView(
    PredictorKind Kind,
    ScoreObjective Objective,
    ScoreEpoch Epoch,
    string? Task,
    string Name,
    Estimate Spearman,
    Estimate Kendall,
    Reliability? Reliability,
    double? Corrected,
    Estimate AgainstOwn,
    string Best,
    Estimate RegretOfBest,
    double RegretOfBestDeviations,
    Estimate RegretOfFive,
    double RegretOfFiveDeviations)
{
    /// <summary>Such as <c>loss, last epoch</c>.</summary>
    public static string RuleOf(ScoreObjective objective, ScoreEpoch epoch) =>
        $"{SettingNames.Of(objective)}, {SettingNames.Of(epoch)} epoch";

    public static PredictorView Of(PredictorQuality quality, SearchPrediction prediction)
    {
        var (predictor, deviation) = (quality.Predictor, prediction.Study.Deviation);
        return new PredictorView(
            predictor.Kind,
            predictor.Objective,
            predictor.Epoch,
            predictor.Task,
            predictor.Kind switch
            {
                PredictorKind.OwnScore => "the search's own score",
                PredictorKind.MeanOfTasks => "mean over tasks",
                PredictorKind.MeanOfDeviations => "mean of z-scores",
                PredictorKind.MeanOfRanks => "mean of ranks",
                PredictorKind.WithoutTask => $"without {predictor.Task}",
                _ => predictor.Task!,
            },
            quality.Spearman,
            quality.Kendall,
            quality.Reliability,
            quality.Corrected,
            quality.AgainstOwn,
            prediction.Orders[quality.Best].ToString(),
            quality.RegretOfBest,
            deviation > 0 ? quality.RegretOfBest.Value / deviation : 0,
            quality.RegretOfFive,
            deviation > 0 ? quality.RegretOfFive.Value / deviation : 0);
    }
}
