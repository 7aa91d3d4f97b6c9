using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>Sort: distinct tokens in any order, a mark, then the same in rising order, each told before the next is asked.</summary>
/// <remarks>
/// Tokens 0 … V − 2 by their size, the mark V − 1. n = T/2 distinct ones, drawn uniformly; from the mark on, the target is the
/// smallest of them, then after each its successor among them: n targets.
/// </remarks>
internal sealed class SortTask : MadTask
{
    public override string Name => "sort";

    public override MadTaskSettings Baseline { get; } = new(128, 32);

    /// <summary>Every token is among a sample's with the same probability.</summary>
    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - 1;

    /// <summary>Of the ordered choices.</summary>
    public override double SampleBits(MadTaskSettings settings) =>
        Enumerable.Range(0, Math.Min(settings.Length / 2, settings.Vocabulary - 1)).Sum(i => Math.Log2(settings.Vocabulary - 1 - i));

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new Generator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Length < 4 || settings.Length % 2 != 0)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be even and at least 4: half of it is to be sorted.");
        }
        else if (settings.Vocabulary < (settings.Length / 2) + 1)
        {
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must be at least {(settings.Length / 2) + 1}: half of the length "
                + $"({settings.Length}) are distinct tokens, beside the mark.");
        }
    }

    private sealed class Generator(MadTaskSettings settings) : SampleGenerator
    {
        private readonly int[] tokens = [.. Enumerable.Range(0, settings.Vocabulary - 1)];

        public override int Length => settings.Length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            var count = inputs.Length / 2;
            DistinctTokens.Draw(rng, tokens, inputs[..count]);
            inputs[count] = settings.Vocabulary - 1;
            targets[..count].Fill(TokenBatch.Ignored);
            var sorted = targets[count..];
            inputs[..count].CopyTo(sorted);
            sorted.Sort();
            sorted[..^1].CopyTo(inputs[(count + 1)..]);
        }
    }
}
