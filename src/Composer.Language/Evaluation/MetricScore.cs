namespace Composer.Language.Evaluation;

/// <summary>One of a task's numbers.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Value">Over all scored documents.</param>
/// <param name="StandardError">Null where the harness says N/A: of a single document, and of what it has none for.</param>
public sealed record MetricScore(EvaluationMetric Metric, double Value, double? StandardError);
