using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Notation;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>An architecture to compare with.</summary>
public sealed record BaselineSection
{
    [Description("Its name in the tables."), SettingRequired]
    public string Name { get; init; } = "";

    [Description("Its layers at full size, such as 16x(1A+1M), or the name of a preset; it is pre-trained at the same budget.")]
    public string Architecture { get; init; } = "";

    [Description("Instead of an architecture: a small order, such as 2A+4M, or the name of a published hybrid, such as samba, that is "
        + "scaled as the found one is.")]
    public string Order { get; init; } = "";

    [Description("How its order is scaled, where not as the found one.")]
    public ExtrapolationMethod? Method { get; init; }

    [Description("Instead of an architecture: the folder of a Llama checkpoint of Hugging Face's, which is scored as it is, with its own "
        + "tokenizer.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>Whether it comes trained.</summary>
    public bool IsImported => Checkpoint.Length > 0;

    /// <summary>The setting that says what it is.</summary>
    [JsonIgnore]
    public string Given => IsImported ? "checkpoint" : Order.Length > 0 ? "order" : "architecture";

    /// <summary>The layers at a size.</summary>
    /// <param name="settings">The size, and how a small order is scaled to it.</param>
    /// <exception cref="FormatException">It cannot be read, or its order not be scaled to the size.</exception>
    public LayerSequence Resolve(ExtrapolationSettings settings) =>
        TryResolve(settings, out var layers, out var error) ? layers : throw new FormatException($"{Name}: {error}");

    /// <summary>As <see cref="Resolve"/>; false with what is wrong.</summary>
    public bool TryResolve(
        ExtrapolationSettings settings,
        [NotNullWhen(true)] out LayerSequence? layers,
        [NotNullWhen(false)] out NotationError? error)
    {
        if (Order.Length == 0)
        {
            return ArchitecturePresets.TryResolve(Architecture, settings.Size.Preset, out layers, out error, PrimitiveRegistry.Default);
        }

        layers = null;
        if (!HybridPresets.TryResolve(Order, out var small, out error))
        {
            return false;
        }

        try
        {
            layers = (settings with { Method = Method ?? settings.Method }).Scale(small).Layers;
            return true;
        }
        catch (UserInputException wrong)
        {
            var first = wrong.Diagnostics[0];
            error = new NotationError(0, Order.Length, first.Message, first.Remedy ?? "Choose another size.");
            return false;
        }
    }
}
