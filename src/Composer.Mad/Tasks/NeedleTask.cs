using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>
/// Needle in a haystack: one marked pair at a uniform depth in filler of other tokens; at the end its mark and key are shown again,
/// and its value is asked. One target a sample.
/// </summary>
/// <remarks>
/// Of V tokens the last is the mark; of the others the first half (rounded down) is filler, the rest keys and then values, as many
/// of each (one value more where they are odd). The pair begins anywhere from 0 to T − 5.
/// </remarks>
internal sealed class NeedleTask : MadTask
{
    /// <summary>The pair with its mark, and mark and key again.</summary>
    private const int Shortest = 5;

    public override string Name => "needle";

    public override MadTaskSettings Baseline { get; } = new(32, 256);

    public override int Answers(MadTaskSettings settings) => NeedleVocabulary.Of(settings).Values;

    public override double SampleBits(MadTaskSettings settings)
    {
        var vocabulary = NeedleVocabulary.Of(settings);
        return ((settings.Length - Shortest) * Math.Log2(vocabulary.Filler))
            + Math.Log2((double)vocabulary.Keys * vocabulary.Values * (settings.Length - Shortest + 1));
    }

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new Generator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < 6)
        {
            mistakes.Break(
                "vocabulary", $"vocabulary ({settings.Vocabulary}) must be at least 6: filler, a key, two values, the mark.");
        }

        if (settings.Length < Shortest)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be at least {Shortest}: mark, key and value, and mark and key again.");
        }
    }

    private sealed class Generator(MadTaskSettings settings) : SampleGenerator
    {
        private readonly NeedleVocabulary vocabulary = NeedleVocabulary.Of(settings);

        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            foreach (ref var token in inputs)
            {
                token = rng.NextInt(vocabulary.Filler);
            }

            targets.Fill(TokenBatch.Ignored);
            var depth = rng.NextInt(inputs.Length - Shortest + 1);
            inputs[depth] = inputs[^2] = settings.Vocabulary - 1;
            inputs[depth + 1] = inputs[^1] = vocabulary.Filler + rng.NextInt(vocabulary.Keys);
            inputs[depth + 2] = targets[^1] = vocabulary.Filler + vocabulary.Keys + rng.NextInt(vocabulary.Values);
        }
    }
}
