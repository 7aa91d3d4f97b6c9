using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>
/// Memorization (Poli et al. 2024): a fixed map from keys to values, the same in training and test, which
/// only the parameters can hold.
/// </summary>
internal sealed class MemorizationTask : MadTask
{
    public override string Name => "memorization";

    public override int? PlaceInPaper => 6;

    public override MadTaskSettings Baseline { get; } = new(256, 32);

    /// <summary>Table 4 of Composer: vocabularies of 16 to 64.</summary>
    public override MadTaskSettings Default { get; } = new(64, 32);

    public override int BaselineSamples => 256;

    public override int Answers(MadTaskSettings settings) => Keys(settings);

    public override double SampleBits(MadTaskSettings settings) =>
        settings.Length / 2 * Math.Log2(Keys(settings));

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) =>
        new Generator(settings, seed);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < 5)
        {
            mistakes.Break("vocabulary", $"vocabulary ({settings.Vocabulary}) must be at least 5: two keys, two values, the insert token.");
        }

        if (settings.Length < 2 || settings.Length % 2 != 0)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be even: each key is followed by the insert token.");
        }
    }

    private static int Keys(MadTaskSettings settings) => (settings.Vocabulary - 1) / 2;

    private sealed class Generator : SampleGenerator
    {
        private readonly MadTaskSettings settings;
        private readonly int[] valueOf;

        public Generator(MadTaskSettings settings, Seed seed)
        {
            this.settings = settings;
            var (keys, rng) = (Keys(settings), new Rng(seed.Derive("map")));
            int[] key = [.. Enumerable.Range(0, keys)];
            int[] value = [.. Enumerable.Range(keys, settings.Vocabulary - 1 - keys)];
            rng.Shuffle<int>(key);
            rng.Shuffle<int>(value);

            // An even vocabulary leaves one value more than there are keys; it stays unused.
            valueOf = new int[keys];
            for (var i = 0; i < keys; i++)
            {
                valueOf[key[i]] = value[i];
            }
        }

        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            for (var i = 0; i < inputs.Length; i += 2)
            {
                var key = rng.NextInt(valueOf.Length);
                (inputs[i], targets[i]) = (key, TokenBatch.Ignored);
                (inputs[i + 1], targets[i + 1]) = (settings.Vocabulary - 1, valueOf[key]);
            }
        }
    }
}
