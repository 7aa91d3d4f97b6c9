namespace Composer.Search.Analysis;

/// <summary>What the surrogate says of a trial when it has seen all the others.</summary>
/// <param name="Trial">The trial, with the score that it had.</param>
/// <param name="Mean">The score that is predicted.</param>
/// <param name="Deviation">Standard deviation of the prediction, the noise of a trial included.</param>
public sealed record LeaveOneOutPrediction(Trial Trial, double Mean, double Deviation);
