namespace Composer.Store.GarbageCollection;

/// <summary>What a collection leaves.</summary>
/// <param name="Keep">Runs and stages that are not older than this stay.</param>
public sealed record RetentionPolicy(TimeSpan Keep)
{
    /// <summary>A blob that somebody added within this time stays, as its record may be on its way.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The folder of the folders that stages are computed in, by key; null when they are not looked at.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Only says what would be removed.</summary>
    public bool DryRun { get; init; }
}
