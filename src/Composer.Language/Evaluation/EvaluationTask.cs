namespace Composer.Language.Evaluation;

/// <summary>A multiple-choice task with its questions.</summary>
/// <param name="Name">As manifests and the harness name it.</param>
/// <param name="Version">Raised when a question or prompt changes.</param>
/// <param name="Questions">In order, at most as many as a limit allows.</param>
/// <param name="ShotPool">Where solved examples are drawn from; empty when the task has none.</param>
/// <param name="Normalized">Whether accuracy by length-normalised score is reported too.</param>
/// <param name="DrawsOneMore">
/// Whether the harness draws one example more than it shows, so as to drop the question itself.
/// </param>
public sealed record EvaluationTask(
    string Name,
    double Version,
    IReadOnlyList<ChoiceQuestion> Questions,
    IReadOnlyList<ChoiceQuestion> ShotPool,
    bool Normalized,
    bool DrawsOneMore)
{
    /// <summary>Questions that there are without a limit.</summary>
    public int Documents { get; init; } = Questions.Count;

    /// <summary>What guessing evenly gets right.</summary>
    public double Chance => Questions.Average(q => 1.0 / q.Choices.Count);
}
