using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>The same experiment with other values, for one more architecture in the same tables.</summary>
public sealed record VariantSection
{
    [Description("Its name in the tables."), SettingRequired]
    public string Name { get; init; } = "";

    /// <summary>
    /// What it changes: dotted path → value in TOML. In the file the paths stand beside the name, quoted
    /// (<c>"search.layers" = 16</c>) or as nested tables; <see cref="ResolvedExperiment.Variants"/> has them applied.
    /// </summary>
    [Description("Paths and values to change, in the sections search, evaluate, aggregate and extrapolate.")]
    public ValueMap<string> Set { get; init; } = [];
}
