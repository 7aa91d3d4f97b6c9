namespace Composer.Search.Constraints;

/// <summary>
/// Which orders a search may try, as far as the number of layers of each primitive says: parameters, FLOPs,
/// KV cache and shares depend on nothing else.
/// </summary>
/// <remarks>Stateless and thread-safe; equal when the constraints are.</remarks>
public interface ICountConstraint
{
    /// <summary>Whether orders with these counts may be tried.</summary>
    /// <param name="primitives">The space's symbols.</param>
    /// <param name="counts">Layers of each of them, in their order.</param>
    bool Allows(string primitives, ReadOnlySpan<int> counts);

    /// <summary>Whether some choice of more layers makes counts that may be tried.</summary>
    /// <param name="primitives">The space's symbols.</param>
    /// <param name="counts">Layers of each of them that there are, in their order.</param>
    /// <param name="missing">How many are still to come.</param>
    bool Completes(string primitives, ReadOnlySpan<int> counts, int missing);
}
