using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Tests;

/// <summary>
/// A score for every order of A and M like those of small models: an optimal share, attention better
/// early, alternation worth something, random pairs. s = ±1 with M = +1, r the share of M:
/// f = 1 + Σwᵢsᵢ + Σvᵢsᵢsᵢ₊₁ + Σ over 2n pairs q·sᵢsⱼ + ½(r − ⅔)² + .3[r = 0] + .3[r = 1].
/// </summary>
internal sealed class LayerOrderLandscape
{
    private readonly int layers;
    private readonly double[] single;
    private readonly double[] adjacent;
    private readonly (int I, int J, double Weight)[] pairs;

    public LayerOrderLandscape(int layers, Seed seed)
    {
        this.layers = layers;
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
        Space = new SearchSpace(layers, "AM");
        double[] all = [.. Enumerable.Range(0, (int)Space.Size).Select(index => Score(Space.At(index)))];
        Minimum = all.Min();
        var mean = all.Average();
        Deviation = Math.Sqrt(all.Average(score => (score - mean) * (score - mean)));
    }

    public SearchSpace Space { get; }

    public double Minimum { get; }

    public double Deviation { get; }

    public double Score(LayerSequence order)
    {
        double Sign(int i) => order[i] == 'M' ? 1 : -1;
        var share = order.CountOf('M') / (double)layers;
        var score = 1 + (.5 * (share - (2.0 / 3)) * (share - (2.0 / 3))) + (share is 0 or 1 ? .3 : 0);
        score += single.Select((w, i) => w * Sign(i)).Sum();
        score += adjacent.Select((v, i) => v * Sign(i) * Sign(i + 1)).Sum();
        return score + pairs.Sum(pair => pair.Weight * Sign(pair.I) * Sign(pair.J));
    }

    /// <summary>The score with noise of .2 deviations, a function of the order and the seed.</summary>
    public double Noisy(LayerSequence order, Seed seed) =>
        Score(order) + (.2 * Deviation * new Rng(seed.Derive(order.ToString())).NextGaussian());
}
