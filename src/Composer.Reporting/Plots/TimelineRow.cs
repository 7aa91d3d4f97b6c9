namespace Composer.Reporting.Plots;

/// <summary>A stage in a timeline.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Queued">When all that it waited for was there.</param>
/// <param name="Start">When it began to compute.</param>
/// <param name="End">When it ended, or until when it is shown.</param>
/// <param name="State">What became of it, which says how it looks.</param>
/// <param name="Words">What stands at its right: how long it took, or that it was there.</param>
internal sealed record TimelineRow(
    string Name, DateTimeOffset Queued, DateTimeOffset Start, DateTimeOffset End, TimelineState State, string Words);

/// <summary>What became of a stage.</summary>
internal enum TimelineState
{
    Ran,
    Hit,
    Running,
    Waiting,
    Failed,
}
