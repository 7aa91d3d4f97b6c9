using Composer.Core;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>Samples of multi-query associative recall.</summary>
/// <remarks>
/// Behind 2·pairs tokens of context there are (T − 2·pairs)/2 places, every second token; the i-th, from 1, is taken by a key in
/// proportion to a·i^(a − 1), a = 0.01, none twice: one after the other, each in proportion among those that are left. In Zoology
/// the first drawn place is the first key's.
/// </remarks>
internal sealed class MultiQueryRecallGenerator : SampleGenerator
{
    /// <summary>Zoology's exponent: as good as in proportion to 1/i.</summary>
    public const double Power = 0.01;

    private readonly MadTaskSettings settings;
    private readonly int[] keyTokens;
    private readonly int[] valueTokens;
    private readonly int[] keys;
    private readonly int[] values;
    private readonly double[] weights;
    private readonly double[] left;

    public MultiQueryRecallGenerator(MadTaskSettings settings)
    {
        this.settings = settings;
        var half = settings.Vocabulary / 2;
        keyTokens = [.. Enumerable.Range(1, half - 1)];
        valueTokens = [.. Enumerable.Range(half, settings.Vocabulary - half)];
        (keys, values) = (new int[settings.Pairs], new int[settings.Pairs]);
        weights = [.. Enumerable.Range(1, (settings.Length / 2) - settings.Pairs).Select(i => Math.Pow(i, Power - 1))];
        left = new double[weights.Length];
    }

    public override int Length => settings.Length;

    public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
    {
        DistinctTokens.Draw(rng, keyTokens, keys);
        DistinctTokens.Draw(rng, valueTokens, values);
        inputs.Clear();
        targets.Fill(TokenBatch.Ignored);
        weights.CopyTo(left, 0);
        for (var i = 0; i < keys.Length; i++)
        {
            (inputs[2 * i], inputs[(2 * i) + 1]) = (keys[i], values[i]);
            var position = (2 * keys.Length) + (2 * DrawPlace(rng));
            (inputs[position], targets[position]) = (keys[i], values[i]);
        }
    }

    private int DrawPlace(Rng rng)
    {
        // Summed anew each time: a difference of sums would leave a remainder at places that are taken.
        var at = rng.NextDouble() * left.Sum();
        var place = -1;
        for (var i = 0; i < left.Length && at >= 0; i++)
        {
            if (left[i] > 0)
            {
                (place, at) = (i, at - left[i]);
            }
        }

        left[place] = 0;
        return place;
    }
}
