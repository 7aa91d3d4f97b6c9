using System.Collections.Immutable;
using Composer.Architecture;
using Composer.Architecture.Costs;

namespace Composer.Search.Constraints;

/// <summary>Bounds on what a candidate costs and on the share of each primitive; what is null is not bounded.</summary>
/// <param name="Shape">The widths of a candidate.</param>
/// <param name="Vocabulary">Tokens of its tied embedding; 0 leaves the embedding out of parameters and FLOPs.</param>
/// <param name="SequenceLength">Tokens of a training sequence, for the FLOPs and the KV cache.</param>
/// <param name="MostParameters">Trained parameters at most.</param>
/// <param name="MostFlops">Training FLOPs per token at most, forward and backward.</param>
/// <param name="MostKvCache">Bytes per token of such a sequence at most, in bf16.</param>
/// <param name="LeastShares">The least share of the layers, from 0 to 1, by primitive.</param>
/// <param name="MostShares">The greatest share, likewise.</param>
public sealed record CostConstraint(
    ModelShape Shape,
    int Vocabulary,
    int SequenceLength,
    long? MostParameters,
    long? MostFlops,
    long? MostKvCache,
    ImmutableSortedDictionary<char, double> LeastShares,
    ImmutableSortedDictionary<char, double> MostShares) : ICountConstraint
{
    /// <summary>Shares are compared within this: .75 of four layers is three.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Whether nothing is bounded.</summary>
    public bool IsEmpty =>
        MostParameters is null && MostFlops is null && MostKvCache is null && LeastShares.IsEmpty && MostShares.IsEmpty;

    public bool Allows(string primitives, ReadOnlySpan<int> counts)
    {
        var layers = 0;
        foreach (var count in counts)
        {
            layers += count;
        }

        var symbols = "";
        for (var i = 0; i < counts.Length; i++)
        {
            symbols += new string(primitives[i], counts[i]);
            var share = (double)counts[i] / layers;
            if (share < LeastShares.GetValueOrDefault(primitives[i], 0) - Rounding
                || share > MostShares.GetValueOrDefault(primitives[i], 1) + Rounding)
            {
                return false;
            }
        }

        if (MostParameters is null && MostFlops is null && MostKvCache is null)
        {
            return true;
        }

        var costs = ArchitectureCosts.Of(LayerSequence.FromSymbols(symbols), Shape, Vocabulary);
        return !(costs.TotalParameters > MostParameters)
            && !(costs.TrainingFlopsPerToken(SequenceLength) > MostFlops)
            && !(costs.KvCacheBytes(SequenceLength) / (double)SequenceLength > MostKvCache);
    }

    public bool Equals(CostConstraint? other) => other is not null
        && (Shape, Vocabulary, SequenceLength, MostParameters, MostFlops, MostKvCache)
            == (other.Shape, other.Vocabulary, other.SequenceLength, other.MostParameters, other.MostFlops, other.MostKvCache)
        && LeastShares.SequenceEqual(other.LeastShares)
        && MostShares.SequenceEqual(other.MostShares);

    public override int GetHashCode() => HashCode.Combine(Shape, MostParameters, MostFlops, MostKvCache);
}
