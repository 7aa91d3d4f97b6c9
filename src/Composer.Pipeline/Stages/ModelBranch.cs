using Composer.Pipeline.Stages.Search;

namespace Composer.Pipeline.Stages;

/// <summary>The stages that end in one row of the final table.</summary>
/// <param name="Name"><c>composite</c>, a variant's or a baseline's name.</param>
/// <param name="Search">Null for a baseline, as are the next two.</param>
internal sealed record ModelBranch(
    string Name, SearchStage? Search, Stage? Aggregate, Stage? Extrapolate, PretrainStage Pretrain, LmEvalStage LmEval)
{
    /// <summary>A baseline's architecture; null for what a search found.</summary>
    public ArchitectureOutput? Baseline { get; init; }
}
