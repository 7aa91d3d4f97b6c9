using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Composer.Core;

namespace Composer.Language.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019): text is cut into pieces, and
/// in each piece the pair of least rank merges, leftmost first, until none is left.
/// </summary>
/// <remarks>Thread-safe. Encodings of pieces are remembered, up to a bound.</remarks>
public sealed class BpeTokenizer : ITokenizer
{
    private const int RememberedPieces = 1 << 17;
    private const int LongestRememberedPiece = 64;
    private const int LongestScannedPiece = 128;

    private static readonly string[] BosNames = ["<|begin_of_text|>", "<s>", "<bos>", "<|bos|>", "<|endoftext|>"];
    private static readonly string[] EosNames = ["<|end_of_text|>", "</s>", "<eos>", "<|eos|>", "<|endoftext|>"];

    private readonly int[] idOfByte = new int[256];
    private readonly Dictionary<ulong, (int Rank, int Result)> merges = [];
    private readonly Dictionary<string, int>? wholePieces;
    private readonly ConcurrentDictionary<string, int[]> remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> rememberedBySpan;

    internal BpeTokenizer(BpeVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        rememberedBySpan = remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        Array.Fill(idOfByte, -1);
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Tokens[id] is [var only])
            {
                idOfByte[only] = id;
            }
        }

        if (Array.IndexOf(idOfByte, -1) is >= 0 and var missing)
        {
            throw new ArgumentException($"No token for the byte {missing}.", nameof(vocabulary));
        }

        foreach (var merge in vocabulary.Merges)
        {
            merges.TryAdd(Pair(merge.Left, merge.Right), (merge.Rank, merge.Result));
        }

        if (vocabulary.WholePieceFirst)
        {
            wholePieces = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var id = 0; id < vocabulary.Tokens.Count; id++)
            {
                if (vocabulary.Tokens[id] is { } bytes)
                {
                    wholePieces[Encoding.Latin1.GetString(bytes)] = id;
                }
            }
        }

        var lastSpecial = vocabulary.Specials.Count == 0 ? -1 : vocabulary.Specials.Max(s => s.Id);
        VocabularySize = Math.Max(vocabulary.Tokens.Count, lastSpecial + 1);
        BosId = SpecialId(BosNames) ?? SpecialId(EosNames)
            ?? throw new ArgumentException("No special token marks where a document begins or ends.", nameof(vocabulary));
        EosId = SpecialId(EosNames) ?? BosId;
        ContentDigest = DigestOf(vocabulary);
    }

    public string Name => $"bpe-{VocabularySize}";

    public int VocabularySize { get; }

    public int BosId { get; }

    public int EosId { get; }

    public Digest ContentDigest { get; }

    internal BpeVocabulary Vocabulary { get; }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Vocabulary.PreTokenizer.PieceEnd(text, start);
            EncodePiece(text[start..end], tokens);
            start = end;
        }
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var token in tokens)
        {
            if (token < Vocabulary.Tokens.Count && Vocabulary.Tokens[token] is { } piece)
            {
                bytes.Write(piece);
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private void EncodePiece(ReadOnlySpan<char> piece, List<int> tokens)
    {
        if (rememberedBySpan.TryGetValue(piece, out var known))
        {
            tokens.AddRange(known);
            return;
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, bytes);
        int[] encoded;
        if (wholePieces is not null && wholePieces.TryGetValue(Encoding.Latin1.GetString(bytes), out var whole))
        {
            encoded = [whole];
        }
        else
        {
            var ids = Array.ConvertAll(bytes, b => idOfByte[b]);
            encoded = ids.Length <= LongestScannedPiece ? MergeByScanning(ids) : MergeByHeap(ids);
        }

        tokens.AddRange(encoded);
        if (piece.Length <= LongestRememberedPiece && remembered.Count < RememberedPieces)
        {
            remembered.TryAdd(piece.ToString(), encoded);
        }
    }

    private int[] MergeByScanning(int[] ids)
    {
        var count = ids.Length;
        while (count > 1)
        {
            var (best, place) = ((Rank: int.MaxValue, Result: -1), -1);
            for (var i = 0; i + 1 < count; i++)
            {
                if (merges.TryGetValue(Pair(ids[i], ids[i + 1]), out var merge) && merge.Rank < best.Rank)
                {
                    (best, place) = (merge, i);
                }
            }

            if (place < 0)
            {
                break;
            }

            ids[place] = best.Result;
            ids.AsSpan(place + 2, count - place - 2).CopyTo(ids.AsSpan(place + 1));
            count--;
        }

        return ids[..count];
    }

    /// <summary>The same in O(n log n), for pieces such as a long line of dashes: a linked list and a heap of pairs.</summary>
    private int[] MergeByHeap(int[] ids)
    {
        var previous = new int[ids.Length];
        var next = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < ids.Length ? i + 1 : -1);
        }

        var heap = new PriorityQueue<(int Place, int Left, int Right, int Result), (int Rank, int Place)>();
        void Offer(int place)
        {
            if (place >= 0 && next[place] >= 0
                && merges.TryGetValue(Pair(ids[place], ids[next[place]]), out var merge))
            {
                heap.Enqueue((place, ids[place], ids[next[place]], merge.Result), (merge.Rank, place));
            }
        }

        for (var i = 0; i < ids.Length; i++)
        {
            Offer(i);
        }

        while (heap.TryDequeue(out var pair, out _))
        {
            var right = ids[pair.Place] == pair.Left ? next[pair.Place] : -1;
            if (right < 0 || ids[right] != pair.Right)
            {
                continue; // One of the two has merged with another neighbour since.
            }

            ids[pair.Place] = pair.Result;
            ids[right] = -1;
            next[pair.Place] = next[right];
            if (next[right] >= 0)
            {
                previous[next[right]] = pair.Place;
            }

            Offer(previous[pair.Place]);
            Offer(pair.Place);
        }

        return Array.FindAll(ids, id => id >= 0);
    }

    private int? SpecialId(string[] names)
    {
        foreach (var name in names)
        {
            foreach (var special in Vocabulary.Specials)
            {
                if (special.Text == name)
                {
                    return special.Id;
                }
            }
        }

        return null;
    }

    private static Digest DigestOf(BpeVocabulary vocabulary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        Text($"composer-tokenizer-1 bpe {vocabulary.PreTokenizer.Name} whole={vocabulary.WholePieceFirst}", number);
        Number(vocabulary.Tokens.Count, number);
        foreach (var token in vocabulary.Tokens)
        {
            Number(token?.Length ?? -1, number);
            hash.AppendData(token ?? []);
        }

        Number(vocabulary.Merges.Count, number);
        foreach (var merge in vocabulary.Merges)
        {
            Number(merge.Left, number);
            Number(merge.Right, number);
            Number(merge.Rank, number);
            Number(merge.Result, number);
        }

        foreach (var (id, text) in vocabulary.Specials)
        {
            Number(id, number);
            Text(text, number);
        }

        return new Digest(hash.GetHashAndReset());

        void Number(int value, Span<byte> buffer)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, value);
            hash.AppendData(buffer);
        }

        void Text(string text, Span<byte> buffer)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length, buffer);
            hash.AppendData(bytes);
        }
    }
}
