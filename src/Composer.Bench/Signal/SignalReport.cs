using Composer.Architecture;

namespace Composer.Bench.Signal;

/// <summary>What a <see cref="SignalStudy"/> measured.</summary>
/// <param name="Overall">Of the candidates' scores, the mean over tasks.</param>
/// <param name="Tasks">Of the scores on single tasks.</param>
/// <param name="Orders">The orders that every seed scored; the correlations are over these.</param>
/// <param name="Failed">Orders that failed under some seed, with the reason.</param>
/// <param name="CandidateTime">Time of one candidate on one core, all its trainings and tests, on average.</param>
internal sealed record SignalReport(
    SignalStrength Overall,
    IReadOnlyList<SignalStrength> Tasks,
    IReadOnlyList<LayerSequence> Orders,
    IReadOnlyDictionary<LayerSequence, string> Failed,
    TimeSpan CandidateTime);
