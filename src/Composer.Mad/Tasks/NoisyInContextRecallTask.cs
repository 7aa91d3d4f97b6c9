using Composer.Core.Settings;

namespace Composer.Mad.Tasks;

/// <summary>Noisy in-context recall (Poli et al. 2024): pairs are replaced by pairs of noise tokens at random.</summary>
internal sealed class NoisyInContextRecallTask : InContextRecallTask
{
    public override string Name => "noisy-in-context-recall";

    public override int? PlaceInPaper => 2;

    public override MadTaskSettings Baseline { get; } = new(32, 128) { NoiseVocabulary = 16, NoiseFraction = 0.2 };

    public override MadKnob Knobs => MadKnob.MultiQuery | MadKnob.NoiseVocabulary | MadKnob.NoiseFraction;

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        base.Check(settings, mistakes);
        if (settings.NoiseVocabulary < 1)
        {
            mistakes.Break("noise_vocabulary", $"noise_vocabulary ({settings.NoiseVocabulary}) must be at least 1.");
        }

        if (settings.NoiseFraction is not (>= 0 and <= 1))
        {
            mistakes.Break("noise_fraction", $"noise_fraction ({settings.NoiseFraction}) must be in 0 … 1.");
        }
    }
}
