namespace Composer.Bench.Search;

/// <summary>What a method reached over several seeds.</summary>
/// <param name="Problem">The benchmark's name.</param>
/// <param name="Method">Its name.</param>
/// <param name="Seeds">Runs.</param>
/// <param name="Mean">Of the best value at the end of each run.</param>
/// <param name="StandardError">Of that mean; 0 for one run.</param>
/// <param name="MeanChosen">Of the value of the order that was observed best: what a user would be given, where there is noise.</param>
/// <param name="MeanTrialsToTopPercent">
/// Trials until one was among the best hundredth; a run without counts its whole budget. Null where that is not known.
/// </param>
/// <param name="Missed">Runs that never came there.</param>
/// <param name="SecondsPerSuggestion">The mean.</param>
/// <param name="Regret">How far the means lie above the optimum of the same instances; null where that is not known.</param>
/// <param name="RegretError">The standard error of the differences; 0 for one run.</param>
internal sealed record SearchBenchmarkSummary(
    string Problem,
    string Method,
    int Seeds,
    double Mean,
    double StandardError,
    double MeanChosen,
    double? MeanTrialsToTopPercent,
    int Missed,
    double SecondsPerSuggestion,
    double? Regret = null,
    double? RegretError = null)
{
    /// <summary>Summarises the runs of one problem and one method.</summary>
    /// <param name="runs">At least one.</param>
    /// <param name="knowsTopPercent">Whether the problem knows its best hundredth.</param>
    /// <param name="optima">The optimum by seed, as far as it was computed: a regret needs that of every run.</param>
    public static SearchBenchmarkSummary Of(
        IReadOnlyList<SearchBenchmarkRun> runs, bool knowsTopPercent, IReadOnlyDictionary<int, double> optima)
    {
        var (mean, error) = MeanOf([.. runs.Select(run => run.Best[^1])]);
        (double Mean, double Error)? regret = runs.All(run => optima.ContainsKey(run.Seed))
            ? MeanOf([.. runs.Select(run => run.Best[^1] - optima[run.Seed])])
            : null;
        return new SearchBenchmarkSummary(
            runs[0].Problem,
            runs[0].Method,
            runs.Count,
            mean,
            error,
            runs.Average(run => run.Chosen),
            knowsTopPercent ? runs.Average(run => (double)(run.ReachedTopPercent ?? run.Best.Count)) : null,
            knowsTopPercent ? runs.Count(run => run.ReachedTopPercent is null) : 0,
            runs.Average(run => run.Seconds / run.Best.Count),
            regret?.Mean,
            regret?.Error);
    }

    private static (double Mean, double Error) MeanOf(double[] values)
    {
        var mean = values.Average();
        var variance = values.Length > 1 ? values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) : 0;
        return (mean, Math.Sqrt(variance / values.Length));
    }
}
