namespace Composer.Language.Evaluation;

/// <summary>One document's requests and what the model said to them.</summary>
/// <param name="Document">Its index.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Requests">A context and a continuation each; of a rolling log-likelihood the text alone.</param>
/// <param name="Responses">A log-likelihood in nats each, and whether every token was the most likely one.</param>
/// <param name="Values">The document's own value of each metric, a log-likelihood where it is summed up later.</param>
public sealed record TaskSample(
    int Document,
    TaskQuestion Question,
    IReadOnlyList<IReadOnlyList<string>> Requests,
    IReadOnlyList<(double LogLikelihood, bool IsGreedy)> Responses,
    IReadOnlyList<(EvaluationMetric Metric, double Value)> Values);
