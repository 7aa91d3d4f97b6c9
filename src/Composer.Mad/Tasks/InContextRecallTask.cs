using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>
/// In-context recall (Poli et al. 2024): pairs of a key and its value, the value drawn anew for each
/// sequence; a key that comes again is answered by its value.
/// </summary>
internal class InContextRecallTask : MadTask
{
    public override string Name => "in-context-recall";

    public override int? PlaceInPaper => 1;

    public override MadTaskSettings Baseline { get; } = new(16, 128);

    public override MadKnob Knobs => MadKnob.MultiQuery;

    /// <summary>One less than the nominal length; with one query the copy prefix makes up for it.</summary>
    public override int InputLength(MadTaskSettings settings) => settings.Length - (settings.MultiQuery ? 1 : 0);

    public override int Answers(MadTaskSettings settings) => RecallVocabulary.Of(settings).Values;

    public override double SampleBits(MadTaskSettings settings)
    {
        var vocabulary = RecallVocabulary.Of(settings);
        var pairs = (settings.Length / 2) - 1;
        return ((1 - settings.NoiseFraction) * pairs * Math.Log2(vocabulary.Keys)) + Math.Log2(vocabulary.Values)
            + (settings.NoiseFraction * pairs * 2 * Math.Log2(Math.Max(1, settings.NoiseVocabulary)));
    }

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) =>
        new RecallGenerator(settings, InputLength(settings));

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Length < 4 || settings.Length % 2 != 0)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be even and at least 4: it is made of pairs.");
        }

        var vocabulary = RecallVocabulary.Of(settings);
        if (vocabulary.Keys < 1)
        {
            var special = settings.NoiseVocabulary + (settings.MultiQuery ? 0 : 1);
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must leave at least 2 tokens for keys and values "
                + $"beside {special} noise and special tokens.");
        }
    }
}
