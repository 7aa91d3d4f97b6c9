using Composer.Pipeline.Jobs;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Evaluate;
using Composer.Stages.Extrapolate;
using Composer.Stages.Import;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Report;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Experiment;

/// <summary>The kinds of job of an experiment: the one list that a new one enters.</summary>
public static class ExperimentKinds
{
    /// <summary>In the order in which an experiment goes through them.</summary>
    /// <param name="renderer">What makes the report.</param>
    public static JobKinds With(IReportRenderer renderer) => new(
    [
        SearchStage.Kind,
        EvaluateStage.Kind,
        AggregateStage.Kind,
        ExtrapolateStage.Kind,
        TokenizeStage.Kind,
        PretrainStage.Kind,
        ImportStage.Kind,
        LmEvalStage.Kind,
        EfficiencyStage.Kind,
        new ReportStage(renderer),
    ]);
}
