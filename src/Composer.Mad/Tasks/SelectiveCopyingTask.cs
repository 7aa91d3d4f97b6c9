using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>
/// Selective copying (Poli et al. 2024): data tokens among blanks, to be repeated in order at the end.
/// </summary>
internal sealed class SelectiveCopyingTask : MadTask
{
    public override string Name => "selective-copying";

    public override int? PlaceInPaper => 4;

    public override MadTaskSettings Baseline { get; } = new(16, 256) { Copy = 16 };

    public override MadKnob Knobs => MadKnob.Copy;

    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - 2;

    public override double SampleBits(MadTaskSettings settings)
    {
        // The tokens, and the places of all but the last: about √(blanks / copy) likely ones each.
        var blanks = settings.Length - (2 * settings.Copy) - 1;
        return (settings.Copy * Math.Log2(settings.Vocabulary - 2))
            + ((settings.Copy - 1) / 2.0 * Math.Log2(1 + ((double)blanks / settings.Copy)));
    }

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new Generator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < 4)
        {
            mistakes.Break(
                "vocabulary", $"vocabulary ({settings.Vocabulary}) must be at least 4: two data tokens, the blank, the copy token.");
        }

        if (settings.Copy < 1)
        {
            mistakes.Break("copy", $"copy ({settings.Copy}) must be at least 1.");
        }
        else if (settings.Length < (2 * settings.Copy) + 1)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be at least 2 × copy + 1 = {(2 * settings.Copy) + 1}.");
        }
    }

    private sealed class Generator(MadTaskSettings settings) : SampleGenerator
    {
        private readonly int[] blanksBefore = new int[settings.Copy];

        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            var (blank, copyToken) = (settings.Vocabulary - 2, settings.Vocabulary - 1);
            blanksBefore.AsSpan().Clear();
            for (var i = 0; i < settings.Length - (2 * settings.Copy) - 1; i++)
            {
                blanksBefore[rng.NextInt(settings.Copy)]++;
            }

            inputs.Fill(blank);
            targets.Fill(TokenBatch.Ignored);
            var answers = targets[^settings.Copy..];
            var position = 0;
            for (var i = 0; i < settings.Copy; i++)
            {
                position += blanksBefore[i];
                answers[i] = rng.NextInt(settings.Vocabulary - 2);
                inputs[position++] = answers[i];
            }

            inputs[position] = copyToken;
        }
    }
}
