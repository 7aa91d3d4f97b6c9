using System.Collections.Immutable;
using Composer.Architecture;

namespace Composer.Search.Constraints;

/// <summary>Bounds on what a candidate costs and on the layers of each primitive; what is null is not bounded.</summary>
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
    private volatile CountBounds? known;

    /// <summary>Layers at least, by primitive.</summary>
    public ImmutableSortedDictionary<char, int> LeastLayers { get; init; } = ImmutableSortedDictionary<char, int>.Empty;

    /// <summary>Layers at most, by primitive.</summary>
    public ImmutableSortedDictionary<char, int> MostLayers { get; init; } = ImmutableSortedDictionary<char, int>.Empty;

    /// <summary>Whether nothing is bounded.</summary>
    public bool IsEmpty =>
        MostParameters is null && MostFlops is null && MostKvCache is null
        && LeastShares.IsEmpty && MostShares.IsEmpty && LeastLayers.IsEmpty && MostLayers.IsEmpty;

    public bool Allows(string primitives, ReadOnlySpan<int> counts)
    {
        var layers = 0;
        foreach (var count in counts)
        {
            layers += count;
        }

        return Bounds(primitives, layers).Allow(counts);
    }

    public bool Completes(string primitives, ReadOnlySpan<int> counts, int missing)
    {
        var layers = missing;
        foreach (var count in counts)
        {
            layers += count;
        }

        return Bounds(primitives, layers).AllowSomeFrom(counts);
    }

    public bool Equals(CostConstraint? other) => other is not null
        && (Shape, Vocabulary, SequenceLength, MostParameters, MostFlops, MostKvCache)
            == (other.Shape, other.Vocabulary, other.SequenceLength, other.MostParameters, other.MostFlops, other.MostKvCache)
        && LeastShares.SequenceEqual(other.LeastShares)
        && MostShares.SequenceEqual(other.MostShares)
        && LeastLayers.SequenceEqual(other.LeastLayers)
        && MostLayers.SequenceEqual(other.MostLayers);

    public override int GetHashCode() => HashCode.Combine(Shape, MostParameters, MostFlops, MostKvCache);

    /// <summary>Those of whole orders of so many layers; the last ones asked for are kept.</summary>
    private CountBounds Bounds(string primitives, int layers)
    {
        if (known is { } last && last.AreOf(this, primitives, layers))
        {
            return last;
        }

        var bounds = new CountBounds(this, primitives, layers);
        known = bounds;
        return bounds;
    }
}
