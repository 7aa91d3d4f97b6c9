using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Composer.Core.Code;

namespace Composer.Core.Ranks;

/// <summary>Texts between the ranks of a group; in UTF-8.</summary>
[CodeBoundary]
public static class RankTexts
{
    private const int MostBytes = 512;

    /// <summary>Gives every rank the text of rank 0.</summary>
    /// <param name="ranks">The group.</param>
    /// <param name="text">Of rank 0; what the others pass is not looked at.</param>
    public static string Broadcast(IRankGroup ranks, string text)
    {
        var length = new byte[sizeof(int)];
        var own = ranks.Rank == 0 ? Encoding.UTF8.GetBytes(text) : [];
        BinaryPrimitives.WriteInt32LittleEndian(length, own.Length);
        ranks.Broadcast(length);
        var bytes = ranks.Rank == 0 ? own : new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        ranks.Broadcast(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Gives every rank the texts of all, in their order.</summary>
    /// <param name="ranks">The group; its number is a power of two.</param>
    /// <param name="text">This rank's; at most 508 bytes of it are passed on.</param>
    public static IReadOnlyList<string> Gather(IRankGroup ranks, string text)
    {
        // Who has spoken with the rank beside it knows two texts, then four, and so on.
        var all = new byte[ranks.Count * MostBytes];
        Write(all.AsSpan(ranks.Rank * MostBytes, MostBytes), text);
        for (var known = 1; known < ranks.Count; known *= 2)
        {
            var (own, peer) = (ranks.Rank & -known, (ranks.Rank ^ known) & -known);
            ranks.SendReceive(
                ranks.Rank ^ known,
                all.AsSpan(own * MostBytes, known * MostBytes),
                all.AsSpan(peer * MostBytes, known * MostBytes));
        }

        return [.. Enumerable.Range(0, ranks.Count).Select(rank => Read(all.AsSpan(rank * MostBytes, MostBytes)))];
    }

    /// <summary>Ranks in words: <c>rank 3</c>, <c>ranks 1, 3 and 5</c>.</summary>
    public static string Name(IReadOnlyList<int> ranks)
    {
        var numbers = ranks.Select(r => r.ToString(CultureInfo.InvariantCulture)).ToArray();
        return numbers.Length == 1 ? $"rank {numbers[0]}" : $"ranks {string.Join(", ", numbers[..^1])} and {numbers[^1]}";
    }

    private static void Write(Span<byte> slot, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Math.Min(bytes.Length, slot.Length - sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(slot, length);
        bytes.AsSpan(0, length).CopyTo(slot[sizeof(int)..]);
    }

    private static string Read(ReadOnlySpan<byte> slot) =>
        Encoding.UTF8.GetString(slot.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(slot)));
}
