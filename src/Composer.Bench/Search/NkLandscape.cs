using Composer.Architecture;
using Composer.Core;

namespace Composer.Bench.Search;

/// <summary>
/// Kauffman's NK model: f = 1/n Σᵢ uᵢ(xᵢ and K random others), each u a table of uniform numbers: rugged,
/// and without any structure that an order of layers has, whatever its symbols are.
/// </summary>
internal sealed class NkLandscape : EnumeratedProblem
{
    private readonly int[][] sources;
    private readonly double[][] tables;

    /// <param name="layers">n.</param>
    /// <param name="others">K.</param>
    /// <param name="seed">Of neighbourhoods and tables.</param>
    /// <param name="symbols">What a layer is chosen from.</param>
    public NkLandscape(int layers, int others, Seed seed, string symbols = "AM")
        : base(layers, symbols)
    {
        var entries = (int)Math.Pow(symbols.Length, others + 1);
        var rng = new Rng(seed.Derive("nk"));
        sources = [.. Enumerable.Range(0, layers).Select(i =>
        {
            int[] rest = [.. Enumerable.Range(0, layers).Where(j => j != i)];
            rng.Shuffle<int>(rest);
            return (int[])[i, .. rest[..others]];
        })];
        tables = [.. Enumerable.Range(0, layers).Select(_ =>
            Enumerable.Range(0, entries).Select(_ => rng.NextDouble()).ToArray())];
    }

    public override double Value(LayerSequence order)
    {
        var sum = 0.0;
        for (var i = 0; i < tables.Length; i++)
        {
            var index = 0;
            foreach (var source in sources[i])
            {
                index = (Space.Primitives.Length * index) + Space.Primitives.IndexOf(order[source], StringComparison.Ordinal);
            }

            sum += tables[i][index];
        }

        return sum / tables.Length;
    }
}
