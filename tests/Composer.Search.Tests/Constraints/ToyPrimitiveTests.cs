using System.Collections.Immutable;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Search.Constraints;

namespace Composer.Search.Tests.Constraints;

/// <summary>A primitive that no product source knows is searched like the others.</summary>
public sealed class ToyPrimitiveTests
{
    [Fact]
    public void It_is_chosen_from_beside_the_others() => Assert.Equal(
        27, new SearchSpace(3, PrimitiveRegistry.Default.Searched.Append('Y')).Allowed().Distinct().Count());

    /// <summary>It keeps three rows, attention all: of either, 32 bytes a token until there are more.</summary>
    [Theory]
    [InlineData(2, 27 - 8)] // none without an M
    [InlineData(60, 27 - 1)] // all but AAA
    public void A_cache_that_does_not_grow_is_bounded_by_the_length(int length, int orders)
    {
        var shape = new ModelShape(16, 2, 1, 8).CompletedFor("AMY", OptionDefaults.InSearch);
        var any = ImmutableSortedDictionary<char, double>.Empty;
        var constraint = new CostConstraint(shape, 0, length, null, null, (3 * 32) - 1, any, any);
        Assert.Equal(orders, new SearchSpace(3, "AMY", constraint).Allowed().Count());
    }
}
