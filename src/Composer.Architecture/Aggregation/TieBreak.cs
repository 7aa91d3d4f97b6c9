namespace Composer.Architecture.Aggregation;

/// <summary>What chose among primitives with equally many votes. Values are only ever appended.</summary>
public enum TieBreak
{
    /// <summary>One primitive had the most votes.</summary>
    None = 0,

    /// <summary>The lower mean score of the members that vote for it.</summary>
    MeanScore = 1,

    /// <summary>The mean scores were equal too: the order of the registry.</summary>
    RegistryOrder = 2,
}
