using Composer.Core;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>Samples of k-hop.</summary>
internal sealed class HopGenerator : SampleGenerator
{
    private readonly MadTaskSettings settings;
    private readonly int[] tokens;
    private readonly int[] ring;
    private readonly int[] order;
    private readonly int[] places;

    public HopGenerator(MadTaskSettings settings)
    {
        this.settings = settings;
        tokens = [.. Enumerable.Range(0, settings.Vocabulary - 2)];
        ring = new int[settings.Pairs];
        order = [.. Enumerable.Range(0, settings.Pairs)];
        places = [.. Enumerable.Range(0, (settings.Length / 2) - QueriesOf(settings))];
    }

    public override int Length => settings.Length;

    public static int QueriesOf(MadTaskSettings settings) => settings.MultiQuery ? settings.Pairs : 1;

    public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
    {
        inputs.Fill(settings.Vocabulary - 2);
        targets.Fill(TokenBatch.Ignored);
        DistinctTokens.Draw(rng, tokens, ring);

        // The places are any of them, and which pair is where is any order: the ring's own is one of them.
        rng.Shuffle<int>(places);
        for (var i = 0; i < ring.Length; i++)
        {
            (inputs[2 * places[i]], inputs[(2 * places[i]) + 1]) = (ring[i], Further(i, 1));
        }

        rng.Shuffle<int>(order);
        var queries = QueriesOf(settings);
        for (var i = 0; i < queries; i++)
        {
            var position = inputs.Length - (2 * (queries - i));
            (inputs[position], inputs[position + 1]) = (settings.Vocabulary - 1, ring[order[i]]);
            targets[position + 1] = Further(order[i], settings.Hops);
        }
    }

    private int Further(int from, int steps) => ring[(from + steps) % ring.Length];
}
