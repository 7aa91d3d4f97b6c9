namespace Composer.Bench.Search;

/// <summary>What one method made of one instance.</summary>
/// <param name="Problem">The benchmark's name.</param>
/// <param name="Method">Its name.</param>
/// <param name="Seed">Counted from 1.</param>
/// <param name="Best">After each trial, the best value among those tried, without noise; as the problem reports values.</param>
/// <param name="Chosen">The value, without noise, of the order that was observed best at the end.</param>
/// <param name="ReachedTopPercent">
/// The trial, from 1, that first was among the best hundredth of the space; null when none was, or that is not known.
/// </param>
/// <param name="Seconds">Spent on suggestions, all together.</param>
internal sealed record SearchBenchmarkRun(
    string Problem,
    string Method,
    int Seed,
    IReadOnlyList<double> Best,
    double Chosen,
    int? ReachedTopPercent,
    double Seconds);
