using System.Numerics;

namespace Composer.Language.Tokenizers.Bpe;

/// <summary>Which pairs of tokens merge: an open-addressing table with linear probing.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class PairTable
{
    /// <summary>What <see cref="Find"/> gives where a pair does not merge; greater than any rank.</summary>
    public const ulong None = ulong.MaxValue;

    private const ulong Free = ulong.MaxValue;

    private readonly (ulong Pair, ulong Value)[] slots;
    private readonly int shift;

    /// <param name="merges">Where one pair is there twice, the last counts.</param>
    public PairTable(IReadOnlyList<BpeMerge> merges)
    {
        var bits = BitOperations.Log2((uint)Math.Max(merges.Count, 8)) + 2;
        shift = 64 - bits;
        slots = new (ulong, ulong)[1 << bits];
        Array.Fill(slots, (Free, None));
        foreach (var merge in merges)
        {
            var pair = Key(merge.Left, merge.Right);
            var slot = SlotOf(pair);
            while (slots[slot].Pair != Free && slots[slot].Pair != pair)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = (pair, Key(merge.Rank, merge.Result));
        }
    }

    /// <summary>The rank of a pair's merge in the upper half and its result in the lower; or <see cref="None"/>.</summary>
    public ulong Find(int left, int right)
    {
        var pair = Key(left, right);
        var slot = SlotOf(pair);
        while (true)
        {
            ref readonly var found = ref slots[slot];
            if (found.Pair == pair || found.Pair == Free)
            {
                return found.Value;
            }

            slot = (slot + 1) & (slots.Length - 1);
        }
    }

    private static ulong Key(int upper, int lower) => ((ulong)(uint)upper << 32) | (uint)lower;

    private int SlotOf(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15UL) >> shift);
}
