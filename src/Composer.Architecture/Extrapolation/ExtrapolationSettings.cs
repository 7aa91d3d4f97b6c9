using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture.Presets;
using Composer.Architecture.Widths;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Architecture.Extrapolation;

/// <summary>How the small architecture becomes a large one: a manifest's section <c>extrapolate</c>.</summary>
public sealed record ExtrapolationSettings
{
    [Description("How.")]
    public ExtrapolationMethod Method { get; init; } = ExtrapolationMethod.Stack;

    [Description("350M, 1B or 3B (Table 3), or a number of parameters such as \"4.5M\", which needs a model.")]
    public ModelSize Size { get; init; } = ModelSize.Parse("1B");

    [Description("Widths of the large model; a preset size has its own.")]
    public ModelShape? Model { get; init; }

    /// <summary>How wide layers of different kinds are against each other: no setting of the section, but of the search.</summary>
    internal WidthRule Widths { get; init; } = WidthRule.Given;

    /// <summary>What is aimed at.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Validate"/> finds a mistake.</exception>
    [JsonIgnore]
    public TargetModel Target => (Model, Size.Preset) switch
    {
        ({ } shape, _) => new TargetModel(Size, shape, null) { Widths = Widths },
        (null, { } preset) => new TargetModel(Size, preset.Shape, preset.Depth) { Widths = Widths },
        _ => throw new InvalidOperationException($"The size {Size} needs a model."),
    };

    /// <summary>These, with layers of different kinds as wide as a rule has them.</summary>
    public ExtrapolationSettings With(WidthRule widths) => this with { Widths = widths };

    /// <summary>The large order for a small one.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Validate"/> finds a mistake.</exception>
    /// <exception cref="UserInputException">The result would have too many layers, or the widths are wrong.</exception>
    public ExtrapolationResult Scale(LayerSequence small)
    {
        var target = Target;
        return Extrapolator.Extrapolate(small, Method, target.ShapeOf(small), target.Size.Parameters, target.Depth);
    }

    /// <summary>What is wrong, beside the widths (<see cref="ModelShape.Validate"/>); empty when nothing is.</summary>
    public IEnumerable<SettingMistake> Validate()
    {
        if (Size.Preset is not null && Model is not null)
        {
            yield return new SettingMistake(
                DiagnosticCodes.PresetHasModel,
                $"the size {Size} has widths of its own (Table 3), so 'model' has no say.",
                "Leave the model out, or give the size as a number of parameters.",
                "model",
                "size");
        }
        else if (Size.Preset is null && Model is null)
        {
            yield return new SettingMistake(
                DiagnosticCodes.SizeNeedsModel,
                $"the size {Size} is none of {string.Join(", ", SizePreset.All.Select(p => p.Name))}, so it needs the widths of the model.",
                "Add model = { dim = …, heads = …, kv_heads = …, hidden = … }.",
                "size",
                "model");
        }
    }
}
