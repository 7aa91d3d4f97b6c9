using System.ComponentModel;
using Composer.Core.Settings;
using Composer.Mad.Evaluation;

namespace Composer.Mad.Tasks;

/// <summary>What a user changes of one task: its difficulty, and how long it is trained. Null keeps the default.</summary>
public sealed record MadTaskKnobs
{
    [Description("Number of tokens."), SettingRange(4, 131_072)]
    public int? Vocabulary { get; init; }

    [Description("Length of a sample."), SettingRange(4, 8192)]
    public int? Length { get; init; }

    [Description("Noise tokens (noisy in-context recall)."), SettingRange(1, 65_536)]
    public int? NoiseVocabulary { get; init; }

    [Description("Share of pairs replaced by noise (noisy in-context recall)."), SettingRange(0, 1)]
    public double? NoiseFraction { get; init; }

    [Description("Tokens to copy (selective copying)."), SettingRange(1, 4096)]
    public int? Copy { get; init; }

    [Description("Greatest size of a motif (fuzzy in-context recall)."), SettingRange(1, 16)]
    public int? Motif { get; init; }

    [Description("Ask all along the sequence (the recall tasks).")]
    public bool? MultiQuery { get; init; }

    [Description("Training samples of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Samples))]
    public int? Samples { get; init; }

    [Description("Test samples of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.TestSamples))]
    public int? TestSamples { get; init; }

    [Description("Epochs of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Epochs))]
    public int? Epochs { get; init; }

    /// <summary>An evaluation's settings with what is changed of them for this task.</summary>
    public EvaluationSettings ApplyTo(EvaluationSettings settings) => settings with
    {
        Samples = Samples ?? settings.Samples,
        TestSamples = TestSamples ?? settings.TestSamples,
        Epochs = Epochs ?? settings.Epochs,
    };
}
