using Composer.Architecture;

namespace Composer.Bench.Search;

/// <summary>A problem whose best order can be computed: the optimum of the very instance that a search was given.</summary>
internal interface ISolvedProblem
{
    /// <summary>The order of the least value, found by enumeration in seconds.</summary>
    /// <param name="cancellation">Ends the enumeration.</param>
    LayerSequence Optimum(CancellationToken cancellation);
}
