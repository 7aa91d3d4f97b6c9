namespace Composer.Architecture.Aggregation;

/// <summary>
/// One-dimensional K-means solved exactly: of all partitions into K intervals, the one with the least sum of
/// squared distances to the centroids. No seed, no iteration, no local optimum.
/// </summary>
/// <remarks>
/// D[k, j] = minᵢ D[k−1, i] + SSE(i, j) over the distinct values weighted by how often they occur, so equal
/// values never part; the smallest i on ties. Wang and Song 2011. O(K·n²) time, O(K·n) memory. The SSE of
/// an interval grows by one value at a time (Welford), which loses no digits to cancellation.
/// </remarks>
public static class OptimalClustering
{
    /// <summary>Where each cluster ends.</summary>
    /// <param name="ascending">The values, finite, in ascending order, at least one.</param>
    /// <param name="clusters">Clusters wanted, at least 1.</param>
    /// <returns>
    /// For each of min(<paramref name="clusters"/>, distinct values) clusters, the index after its last value;
    /// ascending, the last one the number of values.
    /// </returns>
    /// <exception cref="ArgumentException">No value, one that is not finite, or not in ascending order.</exception>
    public static IReadOnlyList<int> Ends(IReadOnlyList<double> ascending, int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        var (values, ends) = Distinct(ascending);
        var first = Starts(values, ends, Math.Min(clusters, values.Length));
        var result = new int[first.Length];
        for (var (k, end) = (first.Length - 1, values.Length); k >= 0; k--)
        {
            result[k] = ends[end - 1];
            end = first[k][end - 1];
        }

        return result;
    }

    // first[k][j]: where the last of k + 1 clusters of values 0 … j starts.
    private static int[][] Starts(double[] values, int[] ends, int clusters)
    {
        var first = Enumerable.Range(0, clusters).Select(_ => new int[values.Length]).ToArray();
        var cost = Enumerable.Range(0, clusters).Select(_ => new double[values.Length]).ToArray();
        for (var j = 0; j < values.Length; j++)
        {
            for (var k = 0; k < clusters; k++)
            {
                cost[k][j] = double.PositiveInfinity;
            }

            var (weight, mean, squares) = (0.0, 0.0, 0.0);
            for (var i = j; i >= 0; i--)
            {
                var occurrences = ends[i] - (i == 0 ? 0 : ends[i - 1]);
                weight += occurrences;
                var distance = values[i] - mean;
                mean += distance * (occurrences / weight);
                squares += occurrences * distance * (values[i] - mean);
                if (i == 0)
                {
                    cost[0][j] = squares;
                    break;
                }

                // Values 0 … i−1 fill k clusters only where they are at least as many.
                for (var k = 1; k < clusters && k <= i; k++)
                {
                    if (cost[k - 1][i - 1] + squares <= cost[k][j])
                    {
                        (cost[k][j], first[k][j]) = (cost[k - 1][i - 1] + squares, i);
                    }
                }
            }
        }

        return first;
    }

    private static (double[] Values, int[] Ends) Distinct(IReadOnlyList<double> ascending)
    {
        if (ascending.Count == 0)
        {
            throw new ArgumentException("There is nothing to cluster.", nameof(ascending));
        }

        var (values, ends) = (new List<double>(), new List<int>());
        for (var i = 0; i < ascending.Count; i++)
        {
            if (!double.IsFinite(ascending[i]) || (i > 0 && ascending[i] < ascending[i - 1]))
            {
                throw new ArgumentException($"Value {i}, {ascending[i]}, is not finite or out of order.", nameof(ascending));
            }

            if (i > 0 && ascending[i] == ascending[i - 1])
            {
                ends[^1] = i + 1;
            }
            else
            {
                values.Add(ascending[i]);
                ends.Add(i + 1);
            }
        }

        return ([.. values], [.. ends]);
    }
}
