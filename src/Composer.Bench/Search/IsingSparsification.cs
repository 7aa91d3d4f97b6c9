using Composer.Architecture;
using Composer.Core;
using Composer.Search;

namespace Composer.Bench.Search;

/// <summary>
/// Ising sparsification (Baptista and Poloczek 2018; as COMBO has it): which of the 24 interactions of a
/// zero-field Ising model on a 4 × 4 grid to keep, so that the distribution stays close.
/// f = KL(p‖q) + λ|x| = Σ(1 − xₑ)2JₑE[ss′] + ln Z(xJ) − ln Z(J) + λ|x|, J = ±U(.05, 5).
/// </summary>
internal sealed class IsingSparsification : SearchProblem, ISolvedProblem
{
    internal const int Side = 4;
    internal const int RowEdges = Side - 1;
    internal const int RowStates = 1 << Side;
    private const int Edges = 2 * Side * RowEdges;

    private readonly double penalty;
    private readonly double[] interactions;
    private readonly double[] correlations;
    private readonly double logPartition;

    /// <param name="penalty">λ.</param>
    /// <param name="seed">Of the interactions.</param>
    public IsingSparsification(double penalty, Seed seed)
    {
        this.penalty = penalty;
        var rng = new Rng(seed.Derive("ising"));
        interactions = [.. Enumerable.Range(0, Edges).Select(_ => (rng.NextBool(.5) ? 1 : -1) * (.05 + (4.95 * rng.NextDouble())))];
        logPartition = LogPartition(interactions);
        correlations = Correlations(interactions, logPartition);
    }

    public override SearchSpace Space { get; } = new(Edges, "AM");

    public override double Value(LayerSequence order)
    {
        var (value, kept) = (0.0, (double[])[.. interactions]);
        for (var e = 0; e < Edges; e++)
        {
            if (order[e] == 'M')
            {
                value += penalty;
            }
            else
            {
                value += 2 * interactions[e] * correlations[e];
                kept[e] = 0;
            }
        }

        return value + LogPartition(kept) - logPartition;
    }

    /// <inheritdoc/>
    public LayerSequence Optimum(CancellationToken cancellation)
    {
        double[] dropped = [.. interactions.Zip(correlations, (j, correlation) => 2 * j * correlation)];
        var kept = new IsingMinimum(interactions, penalty, dropped, cancellation).Find();
        return LayerSequence.FromSymbols(string.Concat(Enumerable.Range(0, Edges).Select(e => ((kept >> e) & 1) == 1 ? 'M' : 'A')));
    }

    /// <summary>E[ss′] of each edge, over all 2¹⁶ states.</summary>
    private static double[] Correlations(double[] j, double logPartition)
    {
        var correlations = new double[Edges];
        for (var state = 0; state < 1 << (Side * Side); state++)
        {
            var energy = 0.0;
            for (var e = 0; e < Edges; e++)
            {
                energy += 2 * j[e] * Product(state, e);
            }

            var probability = Math.Exp(energy - logPartition);
            for (var e = 0; e < Edges; e++)
            {
                correlations[e] += probability * Product(state, e);
            }
        }

        return correlations;
    }

    /// <summary>ss′ of an edge: first those within rows, row by row, then those between a row and the one above it.</summary>
    private static int Product(int state, int edge)
    {
        const int Within = Side * RowEdges;
        var (a, b) = edge < Within
            ? ((edge / RowEdges * Side) + (edge % RowEdges), (edge / RowEdges * Side) + (edge % RowEdges) + 1)
            : (edge - Within, edge - Within + Side);
        return Spin(state, a) * Spin(state, b);
    }

    /// <summary>ln Σ over the 2¹⁶ states of exp(Σ 2Jₑss′), row by row.</summary>
    private static double LogPartition(double[] j)
    {
        var weights = new double[RowStates];
        var next = new double[RowStates];
        var log = 0.0;
        for (var row = 0; row < Side; row++)
        {
            for (var state = 0; state < RowStates; state++)
            {
                var within = 0.0;
                for (var column = 0; column < RowEdges; column++)
                {
                    within += 2 * j[(row * RowEdges) + column] * Spin(state, column) * Spin(state, column + 1);
                }

                var sum = row == 0 ? 1 : 0.0;
                for (var above = 0; above < RowStates && row > 0; above++)
                {
                    var between = 0.0;
                    for (var column = 0; column < Side; column++)
                    {
                        between += 2 * j[(Side * RowEdges) + ((row - 1) * Side) + column] * Spin(state, column) * Spin(above, column);
                    }

                    sum += weights[above] * Math.Exp(between);
                }

                next[state] = sum * Math.Exp(within);
            }

            // Kept near 1, however strong the interactions are.
            var scale = next.Max();
            log += Math.Log(scale);
            for (var state = 0; state < RowStates; state++)
            {
                weights[state] = next[state] / scale;
            }
        }

        return log + Math.Log(weights.Sum());
    }

    /// <summary>−1 or 1: bit <paramref name="column"/> of a row's state, or of a whole grid's.</summary>
    internal static int Spin(int state, int column) => ((state >> column) & 1) == 0 ? -1 : 1;
}
