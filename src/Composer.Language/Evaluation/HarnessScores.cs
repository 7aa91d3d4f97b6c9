using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation;

/// <summary>From the documents' values to a task's numbers, as lm-evaluation-harness aggregates them.</summary>
internal static class HarnessScores
{
    /// <param name="metric">Which.</param>
    /// <param name="samples">At least one.</param>
    /// <param name="threads">For resampling; never changes the result.</param>
    public static MetricScore Of(EvaluationMetric metric, IReadOnlyList<TaskSample> samples, int threads)
    {
        double[] values = [.. samples.Select(s => s.Values.First(v => v.Metric == metric).Value)];
        return metric switch
        {
            EvaluationMetric.Perplexity => new MetricScore(
                metric, Perplexity(values.Sum(), values.Length), StandardErrors.Bootstrap(values, Perplexity, threads)),
            EvaluationMetric.WordPerplexity => new MetricScore(metric, Math.Exp(-values.Sum() / samples.Sum(s => s.Question.Sizes.Words)), null),
            EvaluationMetric.BytePerplexity => new MetricScore(metric, Math.Exp(-values.Sum() / Bytes()), null),
            EvaluationMetric.BitsPerByte => new MetricScore(metric, -values.Sum() / Bytes() / Math.Log(2), null),
            _ => new MetricScore(metric, values.Sum() / values.Length, StandardErrors.OfMean(values)),
        };

        long Bytes() => samples.Sum(s => (long)s.Question.Sizes.Bytes);
    }

    private static double Perplexity(double sum, int count) => Math.Exp(-(sum / count));
}
