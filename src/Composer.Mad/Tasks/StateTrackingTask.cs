using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>
/// State tracking: a word of a group's elements, each drawn uniformly; the target at every position is the product of the word so
/// far (the word problem of Liu et al. 2023, Merrill et al. 2024).
/// </summary>
/// <remarks>
/// Tokens 0 … |G| − 1 are the elements in lexicographic order, 0 the identity; a larger vocabulary leaves tokens unused. A circuit of
/// fixed depth in TC⁰, as a transformer's, cannot follow S₅ at every length unless TC⁰ = NC¹; a layer whose state is multiplied by
/// numbers in 0 … 1 cannot follow even the parity at every length (Merrill et al. 2024, Grazzini et al. 2024).
/// </remarks>
internal sealed class StateTrackingTask : MadTask
{
    public override string Name => "state-tracking";

    public override MadTaskSettings Baseline { get; } = new(8, 64) { Group = StateGroup.S3 };

    public override MadKnob Knobs => MadKnob.Group;

    public override int Answers(MadTaskSettings settings) => GroupOf(settings).Order;

    public override double SampleBits(MadTaskSettings settings) => settings.Length * Math.Log2(Answers(settings));

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) =>
        new Generator(settings.Length, GroupOf(settings));

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Vocabulary < GroupOf(settings).Order)
        {
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must be at least {GroupOf(settings).Order}, a token for each element of the group, "
                + $"or the group a smaller one.");
        }

        if (settings.Length < 1)
        {
            mistakes.Break("length", $"length ({settings.Length}) must be at least 1.");
        }
    }

    /// <summary>S₃ where nothing is said.</summary>
    private static PermutationGroup GroupOf(MadTaskSettings settings) => PermutationGroup.Of(settings.Group ?? StateGroup.S3);

    private sealed class Generator(int length, PermutationGroup group) : SampleGenerator
    {
        public override int Length => length;

        public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
        {
            var product = 0;
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = rng.NextInt(group.Order);
                targets[i] = product = group.Product(product, inputs[i]);
            }
        }
    }
}
