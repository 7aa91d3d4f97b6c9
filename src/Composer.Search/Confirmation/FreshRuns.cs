using Composer.Architecture;

namespace Composer.Search.Confirmation;

/// <summary>What an order scored in runs that had no part in choosing it.</summary>
/// <param name="Layers">The order.</param>
/// <param name="Scores">
/// One a run, lower is better; null where the run failed. Run k has the same data for every order, so that scores of
/// one run can be compared in pairs.
/// </param>
public sealed record FreshRuns(LayerSequence Layers, IReadOnlyList<double?> Scores)
{
    /// <summary>The mean over the runs; null when one failed.</summary>
    public double? Mean => Scores.Count > 0 && Scores.All(s => s is { } value && double.IsFinite(value)) ? Scores.Average() : null;
}
