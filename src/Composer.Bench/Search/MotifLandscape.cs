using Composer.Architecture;
using Composer.Core;

namespace Composer.Bench.Search;

/// <summary>
/// What matters is which short motifs an order is made of, wherever they stand: each of the 2ʷ windows of
/// w = 4 layers has a random worth, and f is minus their mean over the order, with a weak pull to the share ⅔.
/// </summary>
internal sealed class MotifLandscape : EnumeratedProblem
{
    private const int Window = 4;
    private readonly double[] worth;

    public MotifLandscape(int layers, Seed seed)
        : base(layers)
    {
        var rng = new Rng(seed.Derive("motif"));
        worth = [.. Enumerable.Range(0, 1 << Window).Select(_ => (2 * rng.NextDouble()) - 1)];
    }

    public override double Value(LayerSequence order)
    {
        var (sum, index) = (0.0, 0);
        for (var i = 0; i < order.Count; i++)
        {
            index = ((2 * index) + (order[i] == 'M' ? 1 : 0)) & ((1 << Window) - 1);
            sum += i >= Window - 1 ? worth[index] : 0;
        }

        var distance = (order.CountOf('M') / (double)order.Count) - (2.0 / 3);
        return (.5 * distance * distance) - (sum / (order.Count - Window + 1));
    }
}
