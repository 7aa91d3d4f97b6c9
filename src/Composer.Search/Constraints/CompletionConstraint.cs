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
    public bool Allows(string primitives, ReadOnlySpan<int> counts)
    {
        int[] sums = [.. counts];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += Fixed.Count(symbol => symbol == primitives[i]);
        }

        return Completes(primitives, sums, 0, Missing);
    }

    private bool Completes(string primitives, int[] counts, int first, int missing)
    {
        if (first == counts.Length - 1)
        {
            counts[first] += missing;
            var allowed = Whole.Allows(primitives, counts);
            counts[first] -= missing;
            return allowed;
        }

        for (var more = 0; more <= missing; more++)
        {
            counts[first] += more;
            var allowed = Completes(primitives, counts, first + 1, missing - more);
            counts[first] -= more;
            if (allowed)
            {
                return true;
            }
        }

        return false;
    }
}
