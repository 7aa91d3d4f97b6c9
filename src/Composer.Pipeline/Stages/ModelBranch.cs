using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages;

/// <summary>The stages that end in one row of the final table.</summary>
/// <param name="Name"><c>composite</c>, a variant's or a baseline's name.</param>
/// <param name="Search">Null for a baseline, as are the next two.</param>
internal sealed record ModelBranch(
    string Name, Stage? Search, Stage? Aggregate, Stage? Extrapolate, PretrainStage Pretrain, LmEvalStage LmEval)
{
    /// <summary>The experiment as this row has it.</summary>
    public required ExperimentManifest Manifest { get; init; }

    /// <summary>What the search's part of a report reads; none for a baseline.</summary>
    public IEnumerable<Stage> SearchStages => new[] { Search, Aggregate, Extrapolate }.OfType<Stage>();

    /// <summary>What the row of the final table reads.</summary>
    public IEnumerable<Stage> ModelStages => new[] { Extrapolate, Pretrain, LmEval }.OfType<Stage>();

    /// <summary>A baseline's architecture; null for what a search found.</summary>
    public ArchitectureOutput? Baseline { get; init; }
}
