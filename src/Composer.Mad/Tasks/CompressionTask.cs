using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>
/// Compression (Poli et al. 2024): the whole sequence must be rebuilt from the hidden state at the last
/// position, through the decoder of <see cref="ModelHead.Compression"/>.
/// </summary>
internal sealed class CompressionTask : MadTask
{
    public override string Name => "compression";

    public override int? PlaceInPaper => 5;

    public override MadTaskSettings Baseline { get; } = new(16, 32);

    public override ModelHead Head => ModelHead.Compression;

    /// <summary>The data tokens; the last answer is always the compression token.</summary>
    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - 1;

    public override double SampleBits(MadTaskSettings settings) =>
        (settings.Length - 1) * Math.Log2(settings.Vocabulary - 1);

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new Generator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < 3)
        {
            mistakes.Break(
                "vocabulary", $"vocabulary ({settings.Vocabulary}) must be at least 3: two data tokens and the compression token.");
        }

        if (settings.Length < 2)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be at least 2: a data token and the compression token.");
        }
    }

    private sealed class Generator(MadTaskSettings settings) : SampleGenerator
    {
        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            foreach (ref var token in inputs[..^1])
            {
                token = rng.NextInt(settings.Vocabulary - 1);
            }

            inputs[^1] = settings.Vocabulary - 1;
            inputs.CopyTo(targets);
        }
    }
}
