using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>
/// Fuzzy in-context recall (Poli et al. 2024): keys and values are motifs of one to a few tokens.
/// </summary>
internal sealed class FuzzyInContextRecallTask : MadTask
{
    public override string Name => "fuzzy-in-context-recall";

    public override int? PlaceInPaper => 3;

    public override MadTaskSettings Baseline { get; } = new(16, 128) { Motif = 3 };

    public override MadKnob Knobs => MadKnob.Motif | MadKnob.MultiQuery;

    public override int Answers(MadTaskSettings settings) => FuzzyVocabulary.Of(settings).Values;

    public override double SampleBits(MadTaskSettings settings)
    {
        var keys = FuzzyVocabulary.Of(settings).Keys;
        var motif = 1.0;
        for (var i = 0; i < settings.Motif; i++)
        {
            motif *= keys - i;
        }

        // The pairs that are sure to fit, at the greatest size, and the probe.
        var pairs = 1 + ((settings.Length - (4 * settings.Motif)) / (2 * settings.Motif));
        return pairs * Math.Log2(motif);
    }

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) =>
        new FuzzyRecallGenerator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Motif < 1)
        {
            mistakes.Break("motif", $"motif ({settings.Motif}) must be at least 1.");
            return;
        }

        if (FuzzyVocabulary.Of(settings).Keys < settings.Motif)
        {
            var least = (2 * settings.Motif) + (settings.MultiQuery ? 1 : 2);
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must be at least {least}: motif tokens differ, "
                + $"so keys and values need {settings.Motif} tokens each.");
        }

        if (settings.Length <= 4 * settings.Motif)
        {
            mistakes.Break(
                "length", $"length ({settings.Length}) must exceed {4 * settings.Motif}: the probe twice, at the greatest motif size.");
        }
    }
}
