namespace Composer.Search.Constraints;

/// <summary>
/// Of an order that is not whole yet: allowed when some choice of the layers that are still to come makes
/// a whole order that is.
/// </summary>
/// <param name="Whole">What the whole order must keep.</param>
/// <param name="Fixed">Layers that are fixed around the new ones, as symbols.</param>
/// <param name="Missing">How many layers are still to come after these.</param>
internal sealed record CompletionConstraint(ICountConstraint Whole, string Fixed, int Missing) : ICountConstraint
{
    public bool Allows(string primitives, ReadOnlySpan<int> counts) => Completes(primitives, counts, 0);

    public bool Completes(string primitives, ReadOnlySpan<int> counts, int missing)
    {
        Span<int> sums = stackalloc int[counts.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = counts[i] + Fixed.AsSpan().Count(primitives[i]);
        }

        return Whole.Completes(primitives, sums, Missing + missing);
    }
}
