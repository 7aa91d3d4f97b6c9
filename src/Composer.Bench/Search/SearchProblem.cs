using Composer.Architecture;
using Composer.Core;
using Composer.Search;

namespace Composer.Bench.Search;

/// <summary>A function of choices that is known exactly, to search in; where they are binary, M stands for 1, A for 0.</summary>
/// <remarks>One instance of a family: its seed draws the numbers in it. Immutable and thread-safe.</remarks>
internal abstract class SearchProblem
{
    /// <summary>What is searched.</summary>
    public abstract SearchSpace Space { get; }

    /// <summary>The function, to be minimised.</summary>
    public abstract double Value(LayerSequence order);

    /// <summary>What a search is told; the value itself where there is no noise.</summary>
    /// <param name="order">The order that is tried.</param>
    /// <param name="seed">Of the noise.</param>
    public virtual double Observe(LayerSequence order, Seed seed) => Value(order);

    /// <summary>A value as it is reported: itself, or how far it lies above the minimum.</summary>
    public virtual double Report(double value) => value;

    /// <summary>Whether a value is among the best hundredth of the space; null where that is not known.</summary>
    public virtual bool? IsInTopPercent(double value) => null;

    /// <summary>1 where the layer is M.</summary>
    private protected static int[] Bits(LayerSequence order) => [.. order.Select(symbol => symbol == 'M' ? 1 : 0)];
}
