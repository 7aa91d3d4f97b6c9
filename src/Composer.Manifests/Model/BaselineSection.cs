using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
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

    [Description("Whether the architecture is a small order, such as 1A+1M, that is scaled to extrapolate.size by extrapolate.method as the "
        + "found one is: where a sweep varies the size, the baseline grows with it.")]
    public bool Scaled { get; init; }

    [Description("Instead of an architecture: the folder of a Llama checkpoint of Hugging Face's, which is scored as it is, with its own "
        + "tokenizer.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>Whether it comes trained.</summary>
    public bool IsImported => Checkpoint.Length > 0;

    /// <summary>The layers that are trained.</summary>
    /// <param name="settings">Whose size a family of presets, and a scaled order, have.</param>
    /// <exception cref="FormatException">It cannot be read, or not be scaled.</exception>
    public LayerSequence Resolve(ExtrapolationSettings settings) =>
        TryResolve(settings, out var layers, out var error) ? layers : throw new FormatException($"{Name}: {error}");

    /// <summary>As <see cref="Resolve"/>; false with what is wrong. Where the settings are, an order stays as it is written.</summary>
    public bool TryResolve(
        ExtrapolationSettings settings, [NotNullWhen(true)] out LayerSequence? layers, [NotNullWhen(false)] out NotationError? error)
    {
        if (!ArchitecturePresets.TryResolve(Architecture, settings.Size.Preset, out layers, out error, PrimitiveRegistry.Default))
        {
            return false;
        }

        if (!Scaled || settings.Validate().Any() || settings.Target.Shape.Validate().Count > 0)
        {
            return true;
        }

        try
        {
            var (target, small) = (settings.Target, layers);
            var shape = target.Shape.CompletedFor(small, OptionDefaults.AtSize);
            layers = Extrapolator.Extrapolate(small, settings.Method, shape, target.Size.Parameters, target.Depth).Layers;
            return true;
        }
        catch (UserInputException wrong)
        {
            var (first, none) = (wrong.Diagnostics[0], (LayerSequence?)null);
            (layers, error) = (none, new NotationError(0, Architecture.Length, first.Message, first.Remedy ?? "Choose another size."));
            return false;
        }
    }
}
