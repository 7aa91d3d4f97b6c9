using Composer.Training.Ranks;
using Composer.Training.Torch.Parameters;

namespace Composer.Training.Torch.Ranks;

/// <summary>The sums of one rank's shards while they are added in pairs, depth first.</summary>
/// <param name="split">Which shards.</param>
/// <param name="create">Makes an empty sum.</param>
internal sealed class GradientTree(GradientSplit split, Func<LossGradients> create)
{
    private readonly Stack<LossGradients> sums = new(split.GradientsAtOnce);
    private int done;

    /// <summary>The sum that is added to.</summary>
    public LossGradients Top => sums.Peek();

    /// <summary>Begins a shard.</summary>
    public LossGradients Begin()
    {
        sums.Push(create());
        return Top;
    }

    /// <summary>A shard is done: what is to be added now, in this order; each other is none of the sums any more.</summary>
    public IReadOnlyList<(LossGradients Sum, LossGradients Other)> End()
    {
        var pairs = new List<(LossGradients, LossGradients)>();
        for (var left = GradientSplit.PairsAfter(++done); left > 0; left--)
        {
            var other = sums.Pop();
            pairs.Add((Top, other));
        }

        return pairs;
    }
}
