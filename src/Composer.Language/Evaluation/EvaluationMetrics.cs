namespace Composer.Language.Evaluation;

/// <summary>Which metrics there are of what, and how they read.</summary>
public static class EvaluationMetrics
{
    /// <summary>Those of an output, in the order in which the harness writes them.</summary>
    public static IReadOnlyList<EvaluationMetric> Of(TaskOutput output) => output switch
    {
        TaskOutput.MultipleChoice => [EvaluationMetric.Accuracy, EvaluationMetric.NormalizedAccuracy],
        TaskOutput.LogLikelihood => [EvaluationMetric.Perplexity, EvaluationMetric.Accuracy],
        _ => [EvaluationMetric.WordPerplexity, EvaluationMetric.BytePerplexity, EvaluationMetric.BitsPerByte],
    };

    /// <summary>Whether more is better.</summary>
    public static bool IsHigherBetter(EvaluationMetric metric) =>
        metric is EvaluationMetric.Accuracy or EvaluationMetric.NormalizedAccuracy;

    /// <summary>What the harness calls the way from documents to one number.</summary>
    public static string AggregationOf(EvaluationMetric metric) => metric switch
    {
        EvaluationMetric.Accuracy or EvaluationMetric.NormalizedAccuracy => "mean",
        EvaluationMetric.Perplexity => "perplexity",
        EvaluationMetric.BitsPerByte => "bits_per_byte",
        _ => "weighted_perplexity",
    };
}
