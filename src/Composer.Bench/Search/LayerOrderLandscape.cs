using Composer.Architecture;
using Composer.Core;

namespace Composer.Bench.Search;

/// <summary>
/// A score for every order of A and M like those of small models: an optimal share, attention better
/// early, alternation worth something, random pairs. s = ±1 with M = +1, r the share of M:
/// f = 1 + Σwᵢsᵢ + Σvᵢsᵢsᵢ₊₁ + Σ over 2n pairs q·sᵢsⱼ + ½(r − ⅔)² + .3[r = 0] + .3[r = 1].
/// </summary>
internal sealed class LayerOrderLandscape : EnumeratedProblem
{
    private readonly double[] single;
    private readonly double[] adjacent;
    private readonly (int I, int J, double Weight)[] pairs;

    public LayerOrderLandscape(int layers, Seed seed)
        : base(layers)
    {
        var rng = new Rng(seed.Derive("landscape"));
        double Uniform() => (2 * rng.NextDouble()) - 1;
        single = [.. Enumerable.Range(0, layers).Select(i => ((.5 * (1 - (2.0 * i / (layers - 1)))) + (.25 * Uniform())) / layers)];
        adjacent = [.. Enumerable.Range(0, layers - 1).Select(_ => (.1 + (.25 * Uniform())) / layers)];
        pairs = [.. Enumerable.Range(0, 2 * layers).Select(_ =>
        {
            var i = rng.NextInt(layers);
            var j = (i + 1 + rng.NextInt(layers - 1)) % layers;
            return (i, j, .25 * Uniform() / layers);
        })];
    }

    public override double Value(LayerSequence order)
    {
        Span<int> signs = stackalloc int[order.Count];
        for (var i = 0; i < signs.Length; i++)
        {
            signs[i] = order[i] == 'M' ? 1 : -1;
        }

        var share = order.CountOf('M') / (double)order.Count;
        var value = 1 + (.5 * (share - (2.0 / 3)) * (share - (2.0 / 3))) + (share is 0 or 1 ? .3 : 0);
        for (var i = 0; i < single.Length; i++)
        {
            value += single[i] * signs[i];
        }

        for (var i = 0; i < adjacent.Length; i++)
        {
            value += adjacent[i] * signs[i] * signs[i + 1];
        }

        foreach (var (i, j, weight) in pairs)
        {
            value += weight * signs[i] * signs[j];
        }

        return value;
    }
}
