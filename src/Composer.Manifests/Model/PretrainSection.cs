using System.ComponentModel;
using Composer.Core.Settings;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Engines;

namespace Composer.Manifests.Model;

/// <summary>How the large architecture and the baselines are pre-trained.</summary>
public sealed record PretrainSection
{
    [Inline]
    public CorpusSettings Corpus { get; init; } = new();

    [Inline]
    public PretrainSettings Training { get; init; } = new();

    [Description("The engine that trains: cpu is built in; torch, on TorchSharp, computes on the GPUs that are asked for, "
        + "or else on the processor.")]
    [SettingChoices(typeof(EngineRegistry), nameof(EngineRegistry.Names))]
    public string Engine { get; init; } = EngineRegistry.Names[0];

    [Description("How often each model is pre-trained and scored, with other initial parameters and another order of the data each time; "
        + "repetition r of every model shares its seed, so differences are told pair by pair.")]
    [SettingRange(1, 100)]
    public int Repetitions { get; init; } = 1;

    [Description("What an agent must have."), NotInKey]
    public ResourcesSection Resources { get; init; } = new();
}
