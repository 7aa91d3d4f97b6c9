using Composer.Core;
using Composer.Core.Settings;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>
/// k-hop: pairs of a token and the one after it, in any order, that form one chain closed to a ring; a query shows a token, and the
/// answer is the one k steps further.
/// </summary>
/// <remarks>
/// A ring, so that every token is once the first and once the second of a pair: no answer shows by how often it occurs. Tokens
/// 0 … V − 3, blank V − 2, query mark V − 1. The pairs, whole and at even places, with blanks among them where the length leaves room,
/// then the queries, mark and token: each token once, or one alone without multi_query. Attention needs a layer a step, or one for each
/// doubling; layers that remember pairs in a state of constant size, room for all of them.
/// </remarks>
internal sealed class HopTask : MadTask
{
    public override string Name => "k-hop";

    public override MadTaskSettings Baseline { get; } = new(32, 64) { Pairs = 8, Hops = 2 };

    public override MadKnob Knobs => MadKnob.Pairs | MadKnob.Hops | MadKnob.MultiQuery;

    public override int Answers(MadTaskSettings settings) => settings.Vocabulary - 2;

    /// <summary>Of the rings and the orders of their pairs.</summary>
    public override double SampleBits(MadTaskSettings settings) =>
        Enumerable.Range(1, settings.Pairs).Sum(i => Math.Log2(i) + (i < settings.Pairs ? Math.Log2(i) : 0));

    private protected override SampleGenerator Create(MadTaskSettings settings, Seed seed) => new HopGenerator(settings);

    internal override void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes)
    {
        if (settings.Hops < 1)
        {
            mistakes.Break("hops", $"hops ({settings.Hops}) must be at least 1.");
            return;
        }

        var least = (2 * settings.Hops) + 1;
        if (settings.Pairs < least)
        {
            mistakes.Break(
                "pairs", $"pairs ({settings.Pairs}) must be at least {least}: in a smaller ring {settings.Hops} hops are shorter backwards.");
            return;
        }

        var tokens = 2 * (settings.Pairs + HopGenerator.QueriesOf(settings));
        if (settings.Length % 2 != 0 || settings.Length < tokens)
        {
            mistakes.Break(
                "length",
                $"length ({settings.Length}) must be even and at least {tokens}: {settings.Pairs} pairs, and two tokens for each query.");
        }

        if (settings.Vocabulary - 2 < settings.Pairs)
        {
            mistakes.Break(
                "vocabulary",
                $"vocabulary ({settings.Vocabulary}) must be at least {settings.Pairs + 2}: a token for each of {settings.Pairs} pairs, "
                + $"the blank and the query mark.");
        }
    }
}
