namespace Composer.Search.Benchmarks;

/// <summary>What a method reached over several seeds.</summary>
/// <param name="Problem">The benchmark's name.</param>
/// <param name="Method">Its name.</param>
/// <param name="Seeds">Runs.</param>
/// <param name="Mean">Of the best value at the end of each run.</param>
/// <param name="StandardError">Of that mean; 0 for one run.</param>
/// <param name="MeanChosen">Of the value of the order that was observed best: what a user would be given, where there is noise.</param>
/// <param name="MeanTrialsToTopPercent">Trials until one was among the best hundredth; a run without counts its whole budget. Null where that is not known.</param>
/// <param name="Missed">Runs that never came there.</param>
/// <param name="SecondsPerSuggestion">The mean.</param>
public sealed record SearchBenchmarkSummary(
    string Problem,
    string Method,
    int Seeds,
    double Mean,
    double StandardError,
    double MeanChosen,
    double? MeanTrialsToTopPercent,
    int Missed,
    double SecondsPerSuggestion)
{
    /// <summary>Summarises the runs of one problem and one method.</summary>
    /// <param name="runs">At least one.</param>
    /// <param name="knowsTopPercent">Whether the problem knows its best hundredth.</param>
    public static SearchBenchmarkSummary Of(IReadOnlyList<SearchBenchmarkRun> runs, bool knowsTopPercent)
    {
        double[] ends = [.. runs.Select(run => run.Best[^1])];
        var mean = ends.Average();
        var variance = ends.Length > 1 ? ends.Sum(end => (end - mean) * (end - mean)) / (ends.Length - 1) : 0;
        return new SearchBenchmarkSummary(
            runs[0].Problem,
            runs[0].Method,
            runs.Count,
            mean,
            Math.Sqrt(variance / ends.Length),
            runs.Average(run => run.Chosen),
            knowsTopPercent ? runs.Average(run => (double)(run.ReachedTopPercent ?? run.Best.Count)) : null,
            knowsTopPercent ? runs.Count(run => run.ReachedTopPercent is null) : 0,
            runs.Average(run => run.Seconds / run.Best.Count));
    }
}
