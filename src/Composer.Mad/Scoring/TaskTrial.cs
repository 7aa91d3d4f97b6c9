using Composer.Mad.Evaluation;

namespace Composer.Mad.Scoring;

/// <summary>One training of a candidate among those that make up its score.</summary>
/// <param name="Variant">Which of the task's (learning rate, weight decay) settings, counted from 0.</param>
/// <param name="Repetition">Counted from 0.</param>
/// <param name="Result">What it yielded; names the task.</param>
public sealed record TaskTrial(int Variant, int Repetition, EvaluationResult Result);
