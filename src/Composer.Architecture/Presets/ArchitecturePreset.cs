namespace Composer.Architecture.Presets;

/// <summary>An architecture that the paper publishes, or a baseline that it compares with.</summary>
/// <param name="Family">Its name without the size, such as <c>composite-stacked</c>.</param>
/// <param name="Size">The size that it was published at: <c>350M</c>, <c>1B</c> or <c>3B</c>.</param>
/// <param name="Layers">The large order, to the letter of the paper, also where the rule gives another.</param>
/// <param name="Small">The small order that it grew from, or null.</param>
/// <param name="Section">Where the paper has it.</param>
public sealed record ArchitecturePreset(
    string Family,
    SizePreset Size,
    LayerSequence Layers,
    LayerSequence? Small,
    string Section)
{
    /// <summary>Family and size, such as <c>composite-stacked-1b</c>; unique.</summary>
    public string Name => $"{Family}-{Size.Name.ToLowerInvariant()}";
}
