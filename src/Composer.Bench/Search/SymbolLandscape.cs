using Composer.Architecture;
using Composer.Core;

namespace Composer.Bench.Search;

/// <summary>
/// A score for every order of several primitives like those of small models: what mixes positions is better early, what does not
/// late, each symbol apart from its kind; neighbours and far pairs interact, symbol by symbol; half of the layers should mix.
/// </summary>
/// <remarks>
/// With n layers, t = i/(n − 1), kind −1 of a symbol that mixes and +1 of one that does not, r the share of those that mix, every u
/// uniform in [−1, 1): f = 1 + Σᵢ (½(1 − 2t)·kind(sᵢ) + .3u[sᵢ] + .25u[i, sᵢ])/n + Σᵢ (.1[sᵢ = sᵢ₊₁] + .25u[sᵢ, sᵢ₊₁])/n + Σ over 2n
/// pairs .25u[pair, sᵢ, sⱼ]/n + ½(r − ½)² + .3[r = 0] + .3[r = 1].
/// </remarks>
internal sealed class SymbolLandscape : EnumeratedProblem
{
    private const string Mixing = "ACGSW";

    private readonly double[][] single;
    private readonly double[][] adjacent;
    private readonly (int I, int J, double[][] Weights)[] pairs;

    public SymbolLandscape(int layers, string symbols, Seed seed)
        : base(layers, symbols)
    {
        var rng = new Rng(seed.Derive("symbols"));
        double[] own = [.. symbols.Select(_ => .3 * Uniform())];
        single = [.. Enumerable.Range(0, layers).Select(i => symbols.Select((symbol, s) =>
            ((.5 * (1 - (2.0 * i / (layers - 1))) * (Mixing.Contains(symbol) ? -1 : 1)) + own[s] + (.25 * Uniform())) / layers).ToArray())];
        adjacent = [.. symbols.Select((_, s) => symbols.Select((_, next) =>
            ((s == next ? .1 : 0) + (.25 * Uniform())) / layers).ToArray())];
        pairs = [.. Enumerable.Range(0, 2 * layers).Select(_ =>
        {
            var i = rng.NextInt(layers);
            var j = (i + 1 + rng.NextInt(layers - 1)) % layers;
            return (i, j, symbols.Select(_ => symbols.Select(_ => .25 * Uniform() / layers).ToArray()).ToArray());
        })];

        double Uniform() => (2 * rng.NextDouble()) - 1;
    }

    public override double Value(LayerSequence order)
    {
        Span<int> digits = stackalloc int[order.Count];
        var mixing = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = Space.Primitives.IndexOf(order[i], StringComparison.Ordinal);
            mixing += Mixing.Contains(order[i]) ? 1 : 0;
        }

        var share = mixing / (double)order.Count;
        var value = 1 + (.5 * (share - .5) * (share - .5)) + (share is 0 or 1 ? .3 : 0);
        for (var i = 0; i < digits.Length; i++)
        {
            value += single[i][digits[i]] + (i + 1 < digits.Length ? adjacent[digits[i]][digits[i + 1]] : 0);
        }

        foreach (var (i, j, weights) in pairs)
        {
            value += weights[digits[i]][digits[j]];
        }

        return value;
    }
}
