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

    /// <summary>What it reads from outside.</summary>
    public TextContent? Input { get; init; }

    /// <summary>A search as a manifest asks for it, without what it does not read.</summary>
    /// <param name="manifest">Its sections search, evaluate and aggregate.</param>
    /// <param name="text">The digest of the corpus behind the text task; null where it is not asked for.</param>
    public static SearchInputs Of(ExperimentManifest manifest, Digest? text)
    {
        var search = manifest.Search;
        var stopping = StoppingPlan.Of(search, manifest.Evaluate, manifest.Aggregate);
        return new SearchInputs
        {
            Seed = new Seed(manifest.Seed),
            Search = search.Strategy.IsBlind && !stopping.ComparesCandidates ? search with { Batch = 0 } : search,
            Evaluate = EvaluatedSettings.Of(manifest.Evaluate),
            Stopping = stopping.IsNone ? null : stopping,
            Aggregate = search.Strategy.IsIncremental ? manifest.Aggregate.BetweenPhases : null,
            Input = TextContent.Of(text),
        };
    }
}
