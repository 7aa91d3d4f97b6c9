namespace Composer.Bench.Search;

/// <summary>
/// The best of the 2²⁴ subsets of a 4 × 4 grid's interactions, by enumerating them row by row: what the upper
/// rows weigh is computed once for all subsets of the rows below, so that a subset costs 16 products.
/// </summary>
/// <remarks>Edges as <see cref="IsingSparsification"/> numbers them: within rows first, then between them.</remarks>
internal sealed class IsingMinimum
{
    private const int Side = IsingSparsification.Side;
    private const int RowEdges = IsingSparsification.RowEdges;
    private const int States = IsingSparsification.RowStates;
    private const int FirstBetween = Side * RowEdges;

    private readonly CancellationToken cancellation;
    private readonly double[][] within;
    private readonly double[][] between;
    private readonly double[] costs;
    private double least = double.PositiveInfinity;
    private int best;

    /// <param name="interactions">J, 24.</param>
    /// <param name="kept">What keeping each edge adds, besides the partition function's logarithm.</param>
    /// <param name="dropped">What dropping it adds.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    public IsingMinimum(double[] interactions, double kept, double[] dropped, CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        within = [.. Enumerable.Range(0, Side).Select(row => Within(interactions, row))];
        between = [.. Enumerable.Range(0, Side - 1).Select(row => Between(interactions, row))];
        costs = [.. Enumerable.Range(0, Side + Side - 1).SelectMany(block => Costs(block, kept, dropped))];
    }

    /// <summary>Bit e of the answer: whether edge e is kept.</summary>
    public int Find()
    {
        for (var subset = 0; subset < 1 << RowEdges; subset++)
        {
            Descend(1, within[0].AsSpan(subset * States, States), Cost(0, subset), subset);
        }

        return best;
    }

    /// <summary>All subsets of the edges below the rows that <paramref name="weights"/> sums over.</summary>
    /// <param name="row">The next row.</param>
    /// <param name="weights">[16], for each state of the last row the sum over those above it.</param>
    /// <param name="cost">Of the edges chosen.</param>
    /// <param name="edges">They, one bit each.</param>
    private void Descend(int row, ReadOnlySpan<double> weights, double cost, int edges)
    {
        cancellation.ThrowIfCancellationRequested();
        Span<double> arrived = stackalloc double[States];
        Span<double> next = stackalloc double[States];
        for (var bridge = 0; bridge < 1 << Side; bridge++)
        {
            var factors = between[row - 1].AsSpan(bridge * States * States, States * States);
            for (var state = 0; state < States; state++)
            {
                arrived[state] = Dot(factors.Slice(state * States, States), weights);
            }

            var bridged = cost + Cost(Side + row - 1, bridge);
            var withBridge = edges | (bridge << (FirstBetween + ((row - 1) * Side)));
            for (var subset = 0; subset < 1 << RowEdges; subset++)
            {
                var own = within[row].AsSpan(subset * States, States);
                var total = bridged + Cost(row, subset);
                var chosen = withBridge | (subset << (row * RowEdges));
                if (row == Side - 1)
                {
                    Consider(total + Math.Log(Dot(arrived, own)), chosen);
                    continue;
                }

                for (var state = 0; state < States; state++)
                {
                    next[state] = arrived[state] * own[state];
                }

                Descend(row + 1, next, total, chosen);
            }
        }
    }

    private void Consider(double value, int edges)
    {
        if (value < least)
        {
            (least, best) = (value, edges);
        }
    }

    private double Cost(int block, int subset) => costs[(block << Side) + subset];

    /// <summary>[16] costs of the subsets of one row's edges (blocks 0 to 3) or of those below a row (4 to 6).</summary>
    private static IEnumerable<double> Costs(int block, double kept, double[] dropped)
    {
        var (first, count) = block < Side ? (block * RowEdges, RowEdges) : (FirstBetween + ((block - Side) * Side), Side);
        return Enumerable.Range(0, 1 << Side).Select(subset =>
            Enumerable.Range(0, count).Sum(e => ((subset >> e) & 1) == 1 ? kept : dropped[first + e]));
    }

    /// <summary>[8 subsets, 16 states] exp(Σ 2Jss′) within a row.</summary>
    private static double[] Within(double[] interactions, int row) =>
    [
        .. from subset in Enumerable.Range(0, 1 << RowEdges)
           from state in Enumerable.Range(0, States)
           select Math.Exp(Enumerable.Range(0, RowEdges).Sum(e =>
               ((subset >> e) & 1) * 2 * interactions[(row * RowEdges) + e]
                    * IsingSparsification.Spin(state, e) * IsingSparsification.Spin(state, e + 1))),
    ];

    /// <summary>[16 subsets, 16 states below, 16 states above] exp(Σ 2Jss′) between a row and the next.</summary>
    private static double[] Between(double[] interactions, int row) =>
    [
        .. from subset in Enumerable.Range(0, 1 << Side)
           from below in Enumerable.Range(0, States)
           from above in Enumerable.Range(0, States)
           select Math.Exp(Enumerable.Range(0, Side).Sum(e =>
               ((subset >> e) & 1) * 2 * interactions[FirstBetween + (row * Side) + e]
                    * IsingSparsification.Spin(below, e) * IsingSparsification.Spin(above, e))),
    ];

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
