using Composer.Architecture;
using Composer.Core;

namespace Composer.Bench.Search;

/// <summary>
/// Kauffman's NK model: f = 1/n Σᵢ uᵢ(xᵢ and K random others), each u a table of uniform numbers: rugged,
/// and without any structure that an order of layers has.
/// </summary>
internal sealed class NkLandscape : EnumeratedProblem
{
    private readonly int[][] sources;
    private readonly double[][] tables;

    /// <param name="layers">n.</param>
    /// <param name="others">K.</param>
    /// <param name="seed">Of neighbourhoods and tables.</param>
    public NkLandscape(int layers, int others, Seed seed)
        : base(layers)
    {
        var rng = new Rng(seed.Derive("nk"));
        sources = [.. Enumerable.Range(0, layers).Select(i =>
        {
            int[] rest = [.. Enumerable.Range(0, layers).Where(j => j != i)];
            rng.Shuffle<int>(rest);
            return (int[])[i, .. rest[..others]];
        })];
        tables = [.. Enumerable.Range(0, layers).Select(_ =>
            Enumerable.Range(0, 1 << (others + 1)).Select(_ => rng.NextDouble()).ToArray())];
    }

    public override double Value(LayerSequence order)
    {
        var sum = 0.0;
        for (var i = 0; i < tables.Length; i++)
        {
            var index = 0;
            foreach (var source in sources[i])
            {
                index = (2 * index) + (order[source] == 'M' ? 1 : 0);
            }

            sum += tables[i][index];
        }

        return sum / tables.Length;
    }
}
