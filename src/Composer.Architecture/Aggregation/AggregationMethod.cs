namespace Composer.Architecture.Aggregation;

/// <summary>How the best cluster becomes one order, as the paper's Aggregator has it. Values are only ever appended.</summary>
public enum AggregationMethod
{
    /// <summary>N_c: each position's mode among the members that agree with the c layers chosen before it.</summary>
    ConditionOnSome = 0,

    /// <summary>N_(i−1): each position's mode among the members that agree with all the layers chosen before it.</summary>
    ConditionOnAll = 1,

    /// <summary>p100: the best candidate itself.</summary>
    BestCandidate = 2,

    /// <summary>The candidate at a percentile of the scores, from 0 (the worst) to 100 (the best), by nearest rank.</summary>
    Percentile = 3,

    /// <summary>The order of the least expected score under a surrogate of all scores; needs Composer.Search.</summary>
    PosteriorMinimum = 4,
}
