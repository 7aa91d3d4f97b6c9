using Composer.Architecture;
using Composer.Architecture.Costs;

namespace Composer.Search.Constraints;

/// <summary>
/// A <see cref="CostConstraint"/> as orders of one length feel it: how many layers of each primitive there may be, and sums that
/// must not exceed a bound, each linear in those numbers.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class CountBounds
{
    /// <summary>Shares are compared within this: .75 of four layers is three.</summary>
    private const double Rounding = 1e-9;

    private readonly CostConstraint constraint;
    private readonly string primitives;
    private readonly int layers;
    private readonly int[] least;
    private readonly int[] most;

    /// <summary>What one more layer of each primitive adds, and what may be added at most: parameters, FLOPs, bytes of cache.</summary>
    private readonly (double[] OfLayer, double Most)[] sums;

    public CountBounds(CostConstraint constraint, string primitives, int layers)
    {
        (this.constraint, this.primitives, this.layers) = (constraint, primitives, layers);
        least = [.. primitives.Select(symbol => Math.Max(
            constraint.LeastLayers.GetValueOrDefault(symbol, 0),
            (int)Math.Ceiling((constraint.LeastShares.GetValueOrDefault(symbol, 0) - Rounding) * layers)))];
        most = [.. primitives.Select(symbol => Math.Min(
            constraint.MostLayers.GetValueOrDefault(symbol, layers),
            (int)Math.Floor((constraint.MostShares.GetValueOrDefault(symbol, 1) + Rounding) * layers)))];
        sums = Sums();
    }

    /// <summary>Whether these are what a constraint means for orders of these primitives and of so many layers.</summary>
    public bool AreOf(CostConstraint of, string symbols, int count) =>
        ReferenceEquals(constraint, of) && layers == count && primitives == symbols;

    /// <summary>Whether orders with these numbers of layers may be tried.</summary>
    public bool Allow(ReadOnlySpan<int> counts)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < least[i] || counts[i] > most[i])
            {
                return false;
            }
        }

        foreach (var (ofLayer, greatest) in sums)
        {
            if (Sum(ofLayer, counts) > greatest)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether some choice of the layers that these still lack makes numbers that are allowed.</summary>
    public bool AllowSomeFrom(ReadOnlySpan<int> counts)
    {
        int[] filled = [.. counts];
        var missing = layers;
        for (var i = 0; i < filled.Length; i++)
        {
            if (filled[i] > most[i])
            {
                return false;
            }

            filled[i] = Math.Max(filled[i], least[i]);
            missing -= filled[i];
        }

        return missing >= 0 && Fill(filled, 0, missing);
    }

    /// <summary>Tries every number of further layers of the primitives from <paramref name="at"/> on that can still be allowed.</summary>
    private bool Fill(int[] counts, int at, int missing)
    {
        if (!CanFit(counts, at, missing))
        {
            return false;
        }

        if (at == counts.Length)
        {
            return missing == 0;
        }

        for (var more = Math.Min(missing, most[at] - counts[at]); more >= 0; more--)
        {
            counts[at] += more;
            var fits = Fill(counts, at + 1, missing - more);
            counts[at] -= more;
            if (fits)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is room for what is missing, and the cheapest of it keeps every sum by itself.</summary>
    private bool CanFit(int[] counts, int at, int missing)
    {
        var room = 0;
        for (var i = at; i < counts.Length; i++)
        {
            room += most[i] - counts[i];
        }

        if (room < missing)
        {
            return false;
        }

        foreach (var (ofLayer, greatest) in sums)
        {
            var sum = Sum(ofLayer, counts);
            var left = missing;
            foreach (var i in Enumerable.Range(at, counts.Length - at).OrderBy(i => ofLayer[i]))
            {
                var taken = Math.Min(left, most[i] - counts[i]);
                sum += taken * ofLayer[i];
                left -= taken;
            }

            if (sum > greatest)
            {
                return false;
            }
        }

        return true;
    }

    private (double[] OfLayer, double Most)[] Sums()
    {
        var (shape, length) = (constraint.Shape, constraint.SequenceLength);
        if (constraint is { MostParameters: null, MostFlops: null, MostKvCache: null })
        {
            return [];
        }

        // What a model has beside its layers: an embedding, and the last norm.
        var embedding = (double)constraint.Vocabulary * shape.Dim;
        ArchitectureCosts[] single =
            [.. primitives.Select(symbol => ArchitectureCosts.Of(LayerSequence.FromSymbols([symbol]), shape, vocabulary: 0))];
        var found = new List<(double[], double)>();
        Add(constraint.MostParameters, costs => costs.LayerParameters + shape.Dim, embedding + shape.Dim, 1);
        Add(constraint.MostFlops, costs => costs.TrainingFlopsPerToken(length), 6 * embedding, 1);
        Add(constraint.MostKvCache, costs => costs.KvCacheBytes(length), 0, length);
        return [.. found];

        void Add(long? bound, Func<ArchitectureCosts, double> ofLayer, double beside, double times)
        {
            if (bound is { } greatest)
            {
                found.Add(([.. single.Select(ofLayer)], (greatest * times) - beside));
            }
        }
    }

    private static double Sum(double[] ofLayer, ReadOnlySpan<int> counts)
    {
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += ofLayer[i] * counts[i];
        }

        return sum;
    }
}
