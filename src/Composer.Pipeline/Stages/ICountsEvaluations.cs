using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>A search that can say how many of its evaluations there are.</summary>
public interface ICountsEvaluations
{
    /// <summary>What is evaluated, in a few words.</summary>
    string EvaluationDescription { get; }

    /// <summary>How many are in the store, of how many; null when only the search itself will know.</summary>
    /// <param name="store">Where to look.</param>
    /// <param name="result">The search's own result, or null.</param>
    (int Present, int All)? CountEvaluations(StageStore store, StageResult? result);
}
