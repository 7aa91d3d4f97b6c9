using Composer.Core;

namespace Composer.Search.Constraints;

/// <summary>All numbers of layers by primitive that a constraint allows, with how many orders each has.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class AllowedCounts
{
    /// <summary>Of more numbers of layers by primitive a search cannot keep account: they take some hundred bytes each.</summary>
    public const int Most = 1 << 20;

    private readonly HashSet<UInt128> keys = [];
    private readonly List<(int[] Counts, double Orders)> allowed = [];
    private readonly double total;

    public AllowedCounts(int layers, string primitives, ICountConstraint constraint)
    {
        var size = (UInt128)0;
        foreach (var counts in Compositions(layers, primitives.Length))
        {
            if (constraint.Allows(primitives, counts))
            {
                var orders = Orders(counts);
                keys.Add(Key(counts));
                allowed.Add((counts, (double)orders));
                total += (double)orders;
                size = UInt128.MaxValue - orders < size ? UInt128.MaxValue : size + orders;
            }
        }

        Size = size > (UInt128)long.MaxValue ? long.MaxValue : (long)size;
    }

    /// <summary>How many orders are allowed; <see cref="long.MaxValue"/> when there are more than that.</summary>
    public long Size { get; }

    /// <summary>How many ways there are to share so many layers among so many primitives; infinity stands for many.</summary>
    public static double NumberOf(int layers, int primitives)
    {
        var ways = 1.0;
        for (var i = 1; i < primitives; i++)
        {
            ways = ways * (layers + i) / i;
        }

        return ways;
    }

    public bool Contains(ReadOnlySpan<int> counts) => keys.Contains(Key(counts));

    /// <summary>An order drawn uniformly from those that are allowed: its counts first, then their places.</summary>
    public void Draw(Rng rng, Span<byte> digits)
    {
        var rest = rng.NextDouble() * total;
        var choice = 0;
        while (choice < allowed.Count - 1 && rest >= allowed[choice].Orders)
        {
            rest -= allowed[choice++].Orders;
        }

        Lowest(allowed[choice].Counts, digits);
        rng.Shuffle(digits);
    }

    /// <summary>Every allowed order, one digit a layer; the span's memory is used again.</summary>
    public IEnumerable<byte[]> Orders()
    {
        foreach (var (counts, _) in allowed)
        {
            var digits = new byte[counts.Sum()];
            Lowest(counts, digits);
            do
            {
                yield return digits;
            }
            while (Advance(digits));
        }
    }

    private static void Lowest(int[] counts, Span<byte> digits)
    {
        var at = 0;
        for (byte digit = 0; digit < counts.Length; digit++)
        {
            digits.Slice(at, counts[digit]).Fill(digit);
            at += counts[digit];
        }
    }

    /// <summary>The next permutation in lexical order; false after the last.</summary>
    private static bool Advance(byte[] digits)
    {
        var i = digits.Length - 2;
        while (i >= 0 && digits[i] >= digits[i + 1])
        {
            i--;
        }

        if (i < 0)
        {
            return false;
        }

        var j = digits.Length - 1;
        while (digits[j] <= digits[i])
        {
            j--;
        }

        (digits[i], digits[j]) = (digits[j], digits[i]);
        Array.Reverse(digits, i + 1, digits.Length - i - 1);
        return true;
    }

    /// <summary>n!/Π countᵢ!, saturated.</summary>
    private static UInt128 Orders(int[] counts)
    {
        var (orders, placed) = ((UInt128)1, 0);
        foreach (var count in counts)
        {
            for (var k = 1; k <= count; k++)
            {
                placed++;
                if (orders > UInt128.MaxValue / (uint)placed)
                {
                    return UInt128.MaxValue;
                }

                orders = orders * (uint)placed / (uint)k;
            }
        }

        return orders;
    }

    private static UInt128 Key(ReadOnlySpan<int> counts)
    {
        var key = (UInt128)0;
        foreach (var count in counts)
        {
            key = (key * 65) + (uint)count;
        }

        return key;
    }

    private static IEnumerable<int[]> Compositions(int sum, int parts)
    {
        if (parts == 1)
        {
            yield return [sum];
            yield break;
        }

        for (var first = 0; first <= sum; first++)
        {
            foreach (var rest in Compositions(sum - first, parts - 1))
            {
                yield return [first, .. rest];
            }
        }
    }
}
