using System.ComponentModel;

namespace Composer.Manifests.Model;

/// <summary>More runs of the best candidates at the end of a search, whose scores are averaged.</summary>
public sealed record ReplicatesSection
{
    [Description("How many of the best candidates are run again; 0 repeats none."), ManifestRange(0, 1000)]
    public int Top { get; init; }

    [Description("Runs of each, the first included, every one with its own data and initialisation."), ManifestRange(2, 100)]
    public int Seeds { get; init; } = 3;
}
