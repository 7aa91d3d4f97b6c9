using System.ComponentModel;

namespace Composer.Manifests.Model;

/// <summary>
/// Trains all settings of a task to a share of the epochs and only the best of them to the end. Faster, and
/// not the same as training all: the best at the end may have been worse then.
/// </summary>
public sealed record HalvingSection
{
    [Description("Shares of the epochs to which settings are trained before some are dropped, such as [0.25]; empty drops none."), ManifestRange(0.001, 0.999), ManifestCount(0, 16)]
    public ManifestList<double> At { get; init; } = [];

    [Description("How many settings go on after each, such as [2] of six."), ManifestRange(1, 10_000), ManifestCount(0, 16)]
    public ManifestList<int> Keep { get; init; } = [];

    [Description("The share of candidates, chosen at random, whose settings are all trained to the end."), ManifestRange(0, 1)]
    public double Finish { get; init; } = 0.1;
}
