using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Search.Stopping;

/// <summary>
/// Stops candidates that are worse than the best so far, task by task and setting by setting. Faster, and
/// not the same as evaluating all of them.
/// </summary>
public sealed record PruningSettings
{
    [Description("Whether candidates are stopped by a paired Wilcoxon test against the best so far.")]
    public bool Wilcoxon { get; init; }

    [Description("The test's level."), SettingRange(0.001, 0.5)]
    public double Level { get; init; } = 0.1;

    [Description("The share of candidates, chosen at random, that are evaluated to the end whatever the test says."), SettingRange(0, 1)]
    public double Finish { get; init; } = 0.1;
}
