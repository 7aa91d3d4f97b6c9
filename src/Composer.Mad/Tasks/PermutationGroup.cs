namespace Composer.Mad.Tasks;

/// <summary>All permutations of a few things; an element is its place in lexicographic order, the identity 0.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class PermutationGroup
{
    private static readonly PermutationGroup OfTwo = new(2);
    private static readonly PermutationGroup OfThree = new(3);
    private static readonly PermutationGroup OfFive = new(5);

    /// <summary>[Order, Order]: the element that does what the first does and then what the second does.</summary>
    private readonly byte[] products;

    private PermutationGroup(int things)
    {
        var elements = new List<int[]>();
        Extend([], elements, things);
        Order = elements.Count;
        products = new byte[Order * Order];
        var places = elements.Index().ToDictionary(e => string.Join(' ', e.Item), e => (byte)e.Index, StringComparer.Ordinal);
        for (var first = 0; first < Order; first++)
        {
            for (var second = 0; second < Order; second++)
            {
                var (then, was) = (elements[second], elements[first]);
                products[(first * Order) + second] = places[string.Join(' ', was.Select(thing => then[thing]))];
            }
        }
    }

    /// <summary>How many elements there are.</summary>
    public int Order { get; }

    public static PermutationGroup Of(StateGroup group) => group switch
    {
        StateGroup.Parity => OfTwo,
        StateGroup.S3 => OfThree,
        StateGroup.S5 => OfFive,
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "There is no such group."),
    };

    /// <summary>What comes of one element and then another: (first·second)(i) = second(first(i)).</summary>
    public int Product(int first, int second) => products[(first * Order) + second];

    private static void Extend(int[] begun, List<int[]> elements, int things)
    {
        if (begun.Length == things)
        {
            elements.Add(begun);
            return;
        }

        for (var thing = 0; thing < things; thing++)
        {
            if (!begun.Contains(thing))
            {
                Extend([.. begun, thing], elements, things);
            }
        }
    }
}
