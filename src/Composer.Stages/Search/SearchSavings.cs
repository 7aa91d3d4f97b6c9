namespace Composer.Stages.Search;

/// <summary>
/// The document <c>savings.json</c> beside a search's trials: what was left out, and how far what was seen
/// early agreed with the end.
/// </summary>
public sealed record SearchSavings
{
    /// <summary>The document's name.</summary>
    public const string Name = "savings.json";

    /// <summary>Epochs of all trainings of all candidates, had nothing been left out.</summary>
    public required long PlannedEpochs { get; init; }

    /// <summary>Epochs of the trainings that the search asked for, beginnings counted too.</summary>
    public required long Epochs { get; init; }

    /// <summary>1 less the share of the planned epochs that was asked for.</summary>
    public required double Saved { get; init; }

    /// <summary>Candidates that could not become the best any more.</summary>
    public required int StoppedLossless { get; init; }

    /// <summary>Candidates that were probably worse than the best.</summary>
    public required int StoppedByWilcoxon { get; init; }

    /// <summary>
    /// Kendall's τ, over the candidates that were evaluated to the end, between the score of the first half of
    /// their tasks and that of all; null with fewer than two, or where candidates were not pruned.
    /// </summary>
    public double? CandidateTau { get; init; }

    /// <summary>
    /// Kendall's τ between settings' scores at the first drop and at the end, the mean over tasks of candidates
    /// that were chosen at random to train all; null where there are none.
    /// </summary>
    public double? SettingTau { get; init; }
}
