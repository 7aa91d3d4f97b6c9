using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Mad.Tests.Tasks.Toy;

/// <summary>A toy: what comes after each token in the alphabet, asked for where no noise is. It has all that a task may.</summary>
internal sealed class SuccessorTask : MadTask
{
    public override string Name => "successor";

    public override MadTaskSettings Baseline { get; } = new(16, 32) { NoiseFraction = 0.25 };

    public override MadTaskSettings Default { get; } = new(16, 24) { NoiseFraction = 0.25 };

    public override int BaselineSamples => 400;

    public override MadKnob Knobs => MadKnob.NoiseFraction;

    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - 1;

    public override double SampleBits(MadTaskSettings settings) => settings.Length * Math.Log2(settings.Vocabulary - 1);

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new Generator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < 3)
        {
            mistakes.Break("vocabulary", $"vocabulary ({settings.Vocabulary}) must be at least 3: two tokens and the noise.");
        }

        if (settings.NoiseFraction is not (>= 0 and < 1))
        {
            mistakes.Break("noise_fraction", $"noise_fraction ({settings.NoiseFraction}) must be at least 0 and below 1.");
        }
    }

    private sealed class Generator(MadTaskSettings settings) : SampleGenerator
    {
        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            var letters = settings.Vocabulary - 1;
            for (var i = 0; i < inputs.Length; i++)
            {
                var token = rng.NextInt(letters);
                (inputs[i], targets[i]) = rng.NextBool(settings.NoiseFraction)
                    ? (letters, TokenBatch.Ignored)
                    : (token, (token + 1) % letters);
            }
        }
    }
}
