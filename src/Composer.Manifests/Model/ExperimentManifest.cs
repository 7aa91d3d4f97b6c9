using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Widths;
using Composer.Core.Code;
using Composer.Core.Settings;
using Composer.Language.Evaluation;
using Composer.Search;
using Composer.Search.Aggregation;

namespace Composer.Manifests.Model;

/// <summary>
/// One experiment, as its TOML file says it, with every default written down. Property names are the TOML
/// keys in snake_case (a section's <see cref="SettingKeyAttribute"/> where they differ); the descriptions
/// are what the JSON Schema shows.
/// </summary>
/// <remarks>Immutable. Made by <see cref="ManifestLoader"/> alone, which has checked every rule.</remarks>
[CodeBoundary]
public sealed record ExperimentManifest
{
    [Description("Version of the manifest format."), SettingRange(1, 1), SettingRequired]
    public int Schema { get; init; } = 1;

    [Description("The experiment's name: the file's name without .toml."), SettingRequired]
    public string Name { get; init; } = "";

    [Description("What the experiment is for, one line."), NotInKey]
    public string Description { get; init; } = "";

    [Description("Every random number of the experiment derives from it.")]
    public ulong Seed { get; init; }

    [Description("How layer orders are proposed.")]
    public SearchSettings Search { get; init; } = new();

    [Description("How one small candidate is trained and scored.")]
    public EvaluateSettings Evaluate { get; init; } = new();

    [Description("How trials become one small architecture.")]
    public AggregateSettings Aggregate { get; init; } = new();

    [Description("How the small architecture becomes a large one.")]
    public ExtrapolationSettings Extrapolate { get; init; } = new();

    /// <summary><see cref="Extrapolate"/> with the search's rule of widths, which holds for the found order and for baselines.</summary>
    [JsonIgnore]
    public ExtrapolationSettings Scaling =>
        Search.Widths == LayerWidths.Given ? Extrapolate : Extrapolate.With(new WidthRule(Search.Widths, Pretrain.Training.Length));

    [Description("How the large architecture and the baselines are pre-trained.")]
    public PretrainSection Pretrain { get; init; } = new();

    [SettingKey("lm-eval"), Description("How checkpoints are scored.")]
    public LmEvalSettings LmEval { get; init; } = new();

    [Description("How long stages may take and how often they are tried; in no key."), NotInKey]
    public LimitsSection Limits { get; init; } = new();

    [Description("Where stages run; in no key."), NotInKey]
    public AgentsSection Agents { get; init; } = new();

    [Description("Models to compare with: architectures, pre-trained and scored at the same budget, and checkpoints, scored as they are.")]
    public ValueList<BaselineSection> Baseline { get; init; } = [];

    [Description("The same experiment with other values (path = value) for one more architecture in the same tables.")]
    public ValueList<VariantSection> Variant { get; init; } = [];
}
