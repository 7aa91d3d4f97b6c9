using Composer.Mad.Evaluation;

namespace Composer.Mad.Scoring;

/// <summary>One training that a candidate's score needs.</summary>
/// <param name="Variant">Which of the task's settings, counted from 0.</param>
/// <param name="Repetition">Counted from 0.</param>
/// <param name="Evaluation">What to run.</param>
public sealed record EvaluationUnit(int Variant, int Repetition, CandidateEvaluation Evaluation)
{
    /// <summary>The trial that the unit's result makes.</summary>
    public TaskTrial With(EvaluationResult result) => new(Variant, Repetition, result);
}
