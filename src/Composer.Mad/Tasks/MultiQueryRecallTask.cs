using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>
/// Multi-query associative recall (Zoology: Arora et al. 2023): pairs of a key and its value, then each key once more among blanks,
/// soon more often than late by a power law; the target there is its value.
/// </summary>
/// <remarks>
/// Token 0 is the blank, keys are 1 … V/2 − 1, values V/2 … V − 1; keys and values of a sample are distinct. A state of constant size
/// can hold so many pairs only, whatever is trained; attention looks them up. Zoology's difficulties: 4 pairs at length 64, 8 at
/// 128, 16 at 256, 64 at 512 … 1024, with 8192 tokens.
/// </remarks>
internal sealed class MultiQueryRecallTask : MadTask
{
    public override string Name => "mqar";

    public override MadTaskSettings Baseline { get; } = new(8192, 64) { Pairs = 4 };

    /// <summary>Zoology's length and pairs with as few tokens as small candidates can learn.</summary>
    public override MadTaskSettings Default { get; } = new(64, 64) { Pairs = 8 };

    public override MadKnob Knobs => MadKnob.Pairs;

    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - (settings.Vocabulary / 2);

    /// <summary>Of the ordered choices of keys and values.</summary>
    public override double SampleBits(MadTaskSettings settings)
    {
        var (keys, values) = ((settings.Vocabulary / 2) - 1, Answers(settings));
        return Enumerable.Range(0, settings.Pairs).Sum(i => Math.Log2((double)(keys - i) * (values - i)));
    }

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new MultiQueryRecallGenerator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Pairs < 1)
        {
            mistakes.Break("pairs", $"pairs ({settings.Pairs}) must be at least 1.");
            return;
        }

        if (settings.Length % 2 != 0 || settings.Length < 4 * settings.Pairs)
        {
            mistakes.Break(
                "length",
                $"length ({settings.Length}) must be even and at least {4 * settings.Pairs}, four tokens for each of {settings.Pairs} pairs; "
                + $"at this length {settings.Length / 4} pairs fit.");
        }

        if ((settings.Vocabulary / 2) - 1 < settings.Pairs)
        {
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must be at least {2 * (settings.Pairs + 1)}: a blank and {settings.Pairs} distinct keys "
                + $"in its first half, as many values in the other.");
        }
    }
}
