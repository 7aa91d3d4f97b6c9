using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Search;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Names the code that computes runs of the search's benchmarks.</summary>
public static class SearchBenchmarkCode
{
    public static Digest Digest { get; } = CodeDigest.Of(
        (typeof(Rng).Assembly, [""]),
        (typeof(Study).Assembly, ["", "Acquisition", "Benchmarks", "Constraints", "Strategies", "Surrogates"]));
}
