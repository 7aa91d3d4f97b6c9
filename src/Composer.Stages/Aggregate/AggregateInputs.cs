using Composer.Architecture;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Search;
using Composer.Search.Aggregation;
using Composer.Search.Constraints;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Aggregate;

/// <summary>All that an aggregation sees.</summary>
public sealed record AggregateInputs
{
    /// <summary>The algorithm, and how its order is confirmed.</summary>
    public required AggregateSettings Aggregate { get; init; }

    /// <summary>Names of the primitives that the orders are made of, sorted.</summary>
    public required ValueList<string> Primitives { get; init; }

    /// <summary>What it is made of.</summary>
    public required AggregateContent Input { get; init; }

    /// <summary>The experiment's.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Where a surrogate looks for the least expected score.</summary>
    public required SearchedSpace Search { get; init; }

    /// <summary>How the fresh runs are; null where the order is taken as it comes.</summary>
    public FreshRunSettings? Confirmation { get; init; }
}

/// <summary>What an aggregation is made of.</summary>
/// <param name="Search">The trials of a search, <c>trials.json</c>.</param>
public sealed record AggregateContent(Digest Search);

/// <summary>The orders that a search may try.</summary>
public sealed record SearchedSpace(int Layers, ValueList<string> Primitives, SearchConstraints Constraints, ModelShape Model)
{
    public static SearchedSpace Of(SearchSettings search) =>
        new(search.Layers, search.Primitives, search.Constraints, search.CandidateShape);

    /// <summary>The space itself.</summary>
    public SearchSpace Space() =>
        new SearchSettings { Layers = Layers, Primitives = Primitives, Constraints = Constraints, Model = Model }.Space();
}

/// <summary>Runs of candidates that have no part in a search.</summary>
/// <param name="Model">The candidates' widths.</param>
/// <param name="Evaluate">How a candidate is trained and scored.</param>
/// <param name="FirstRun">The first run of a candidate that the search has not used.</param>
/// <param name="Input">What it reads from outside.</param>
public sealed record FreshRunSettings(ModelShape Model, EvaluateSettings Evaluate, int FirstRun, TextContent? Input);
