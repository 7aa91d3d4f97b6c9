using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Composer.Architecture;
using Composer.Architecture.Notation;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>An architecture to compare with.</summary>
public sealed record BaselineSection
{
    [Description("Its name in the tables."), SettingRequired]
    public string Name { get; init; } = "";

    [Description("Its layers at full size, such as 16x(1A+1M), or the name of a preset; it is pre-trained at the same budget.")]
    public string Architecture { get; init; } = "";

    [Description("Instead of an architecture: the folder of a Llama checkpoint of Hugging Face's, which is scored as it is, with its own "
        + "tokenizer.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>Whether it comes trained.</summary>
    public bool IsImported => Checkpoint.Length > 0;

    /// <summary>The layers at a size.</summary>
    /// <param name="size">Where the architecture is a family of presets; null for none.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public LayerSequence Resolve(SizePreset? size) =>
        TryResolve(size, out var layers, out var error) ? layers : throw new FormatException($"{Name}: {error}");

    /// <summary>As <see cref="Resolve"/>; false with what is wrong.</summary>
    public bool TryResolve(
        SizePreset? size, [NotNullWhen(true)] out LayerSequence? layers, [NotNullWhen(false)] out NotationError? error) =>
        ArchitecturePresets.TryResolve(Architecture, size, out layers, out error, PrimitiveRegistry.Default);
}
