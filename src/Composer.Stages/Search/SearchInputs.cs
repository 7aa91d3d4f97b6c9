using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Search;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Search;

/// <summary>All that a search sees.</summary>
public sealed record SearchInputs
{
    /// <summary>The experiment's.</summary>
    public required Seed Seed { get; init; }

    /// <summary>What is proposed, and how; a batch of 0 proposes everything at once.</summary>
    public required SearchSettings Search { get; init; }

    /// <summary>How a candidate is trained and scored.</summary>
    public required EvaluateSettings Evaluate { get; init; }

    /// <summary>Which trainings may be left out; null: none.</summary>
    public StoppingPlan? Stopping { get; init; }

    /// <summary>How the phases of an incremental search settle; null of any other.</summary>
    public AggregationSettings? Aggregate { get; init; }

    /// <summary>What the text task reads; null where it is not asked for.</summary>
    public TextContent? Input { get; init; }
}
