using System.Runtime.InteropServices;

namespace Composer.Language.Tokenizers.Bpe;

/// <summary>The tokens of the pieces that one encoder saw: an open-addressing table over two arenas; full, it begins anew.</summary>
/// <remarks>Of one thread at a time.</remarks>
internal sealed class PieceCache
{
    /// <summary>Longest piece that is remembered, in UTF-16 code units.</summary>
    public const int LongestPiece = 48;

    private const int Slots = 1 << 16;
    private const int MostPieces = Slots / 2;
    private const int Characters = MostPieces * 12;
    private const int Tokens = MostPieces * 4;

    private readonly Entry[] entries = new Entry[Slots];
    private readonly char[] characters = new char[Characters];
    private readonly int[] tokens = new int[Tokens];
    private int pieces;
    private int charactersUsed;
    private int tokensUsed;

    /// <summary>Appends the tokens of a piece, if they are known.</summary>
    /// <param name="piece">At most <see cref="LongestPiece"/> and at least one.</param>
    /// <param name="hash">For <see cref="Add"/>, where they are not.</param>
    /// <param name="destination">Receives them.</param>
    public bool TryAppend(ReadOnlySpan<char> piece, out uint hash, List<int> destination)
    {
        hash = Hash(piece);
        for (var slot = hash & (Slots - 1); ; slot = (slot + 1) & (Slots - 1))
        {
            ref var entry = ref entries[slot];
            if (entry.Length == 0)
            {
                return false;
            }

            if (entry.Hash == hash
                && entry.Length == piece.Length
                && piece.SequenceEqual(characters.AsSpan(entry.Start, entry.Length)))
            {
                if (entry.Count == 1)
                {
                    destination.Add(entry.Token);
                }
                else
                {
                    destination.AddRange(tokens.AsSpan(entry.Token, entry.Count));
                }

                return true;
            }
        }
    }

    /// <summary>Remembers a piece that <see cref="TryAppend"/> did not find.</summary>
    public void Add(ReadOnlySpan<char> piece, uint hash, ReadOnlySpan<int> encoded)
    {
        if (pieces == MostPieces || charactersUsed + piece.Length > Characters || tokensUsed + encoded.Length > Tokens)
        {
            Array.Clear(entries);
            (pieces, charactersUsed, tokensUsed) = (0, 0, 0);
        }

        var slot = hash & (Slots - 1);
        while (entries[slot].Length != 0)
        {
            slot = (slot + 1) & (Slots - 1);
        }

        var isOne = encoded.Length == 1;
        entries[slot] = new Entry
        {
            Hash = hash,
            Start = charactersUsed,
            Length = (ushort)piece.Length,
            Count = (ushort)encoded.Length,
            Token = isOne ? encoded[0] : tokensUsed,
        };
        piece.CopyTo(characters.AsSpan(charactersUsed));
        charactersUsed += piece.Length;
        pieces++;
        if (!isOne)
        {
            encoded.CopyTo(tokens.AsSpan(tokensUsed));
            tokensUsed += encoded.Length;
        }
    }

    private static uint Hash(ReadOnlySpan<char> piece)
    {
        const ulong Factor = 0x9E3779B97F4A7C15UL;
        var hash = (ulong)(uint)piece.Length * Factor;
        var words = MemoryMarshal.Cast<char, ulong>(piece);
        foreach (var word in words)
        {
            hash = (hash ^ word) * Factor;
            hash ^= hash >> 32;
        }

        ulong rest = 0;
        foreach (var c in piece[(words.Length * 4)..])
        {
            rest = (rest << 16) | c;
        }

        hash = (hash ^ rest) * Factor;
        return (uint)(hash >> 32);
    }

    private struct Entry
    {
        public uint Hash;
        public int Start;
        public int Token;
        public ushort Length;
        public ushort Count;
    }
}
