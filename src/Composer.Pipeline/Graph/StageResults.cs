using System.Collections.Concurrent;
using Composer.Core.Code;
using Composer.Pipeline.Results;

namespace Composer.Pipeline.Graph;

/// <summary>The results that are there so far. Thread-safe.</summary>
[CodeBoundary]
internal sealed class StageResults : IStageResults
{
    private readonly ConcurrentDictionary<Stage, StageResult> results = new();
    private readonly ConcurrentDictionary<Stage, string> failures = new();

    public IReadOnlyDictionary<Stage, StageResult> All => results;

    public StageResult this[Stage stage] => results[stage];

    public bool Has(Stage stage) => results.ContainsKey(stage);

    public string WhyNot(Stage stage) => failures.GetValueOrDefault(stage, "");

    /// <summary>Notes why a stage has no result.</summary>
    public void AddFailure(Stage stage, string why) => failures[stage] = why;

    public StageResult Add(Stage stage, StageResult result)
    {
        results[stage] = result;
        return result;
    }
}
