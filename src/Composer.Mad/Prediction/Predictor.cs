using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>A score that small searches give, which may or may not predict a truth.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Objective">What is compared.</param>
/// <param name="Epoch">Which epoch counts.</param>
/// <param name="Task">The task that it is, or that it leaves out; null of those made of all tasks.</param>
/// <param name="Scores">Of each order in each repetition.</param>
public sealed record Predictor(PredictorKind Kind, ScoreObjective Objective, ScoreEpoch Epoch, string? Task, RepeatedScores Scores);
