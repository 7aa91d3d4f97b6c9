using Composer.Search;
using Composer.Search.Analysis;
using Composer.Stages.Search;

namespace Composer.Stages.Report;

/// <summary>What a surrogate fitted to a finished search says of it.</summary>
internal static class SearchAnalysis
{
    private const int MostTrials = 600;

    /// <summary>Analyses the trials behind the result; null where they are too few, or too many to fit in seconds.</summary>
    public static StudyAnalysis? Of(ReportedSearch search, SearchOutput output) =>
        output.Result.Count > MostTrials
            ? null
            : StudyAnalysis.Of(
                new Study(search.Space.Space(), search.Seed.Derive("search")),
                [.. output.Result.Order().Select(number => SearchTrials.Of(output.Trials[number]))]);
}
