using System.Buffers;
using System.Globalization;
using System.Text;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.Bpe;

/// <summary>
/// Byte-pair encoding of pieces (Sennrich et al. 2016; Radford et al. 2019): the characters or bytes of a piece are
/// tokens, and the pair of least rank merges, leftmost first, until none is left.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class BpeModel
{
    private const int LongestScannedPiece = 128;
    private const int LastOfPiece = 1;
    private const int NotFirstOfPiece = 2;
    private const int Missing = -1;
    private const string Remedy = "Train it with all 256 bytes as its initial alphabet, or give it an unk_token.";

    private static readonly char[] CharacterOfByte =
        [.. Enumerable.Range(0, 256).Select(b => ByteLevelAlphabet.Write([(byte)b])[0])];

    private readonly BpeVocabulary vocabulary;
    private readonly PairTable pairs;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> idsBySpan;
    private readonly bool dependsOnPlace;

    /// <summary>Of byte b at a place of kind k, at [256 · k + b]; only for byte-level models.</summary>
    private readonly int[] idOfByte;
    private readonly int[]? fallbacks;
    private readonly int unknown = Missing;

    /// <exception cref="TokenizerPartException">The vocabulary names tokens that it does not have, or has no token for some text.</exception>
    public BpeModel(BpeVocabulary vocabulary)
    {
        this.vocabulary = vocabulary;
        pairs = new PairTable(vocabulary.Merges);
        idsBySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Tokens[id] is { } token && !ids.TryAdd(token, id))
            {
                throw new TokenizerPartException($"the token '{token}' is there twice");
            }
        }

        if (vocabulary.UnknownToken is { } name && !ids.TryGetValue(name, out unknown))
        {
            throw new TokenizerPartException($"its unk_token '{name}' is not in its vocabulary");
        }

        if (vocabulary.FallsBackOnBytes)
        {
            fallbacks =
            [
                .. Enumerable.Range(0, 256).Select(
                    b => ids.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>"), Missing)),
            ];
        }

        dependsOnPlace = vocabulary.Prefix.Length > 0 || vocabulary.Suffix.Length > 0;
        idOfByte = vocabulary.IsByteLevel ? IdsOfBytes() : [];
        CheckNothingVanishes();
    }

    /// <summary>The id of a token as the file writes it; null for none.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Appends the tokens of a piece.</summary>
    /// <param name="piece">Not empty; a lone surrogate in it counts as U+FFFD.</param>
    /// <param name="cache">Of the calling thread.</param>
    /// <param name="destination">Receives them.</param>
    public void Encode(ReadOnlySpan<char> piece, PieceCache cache, List<int> destination)
    {
        uint hash = 0;
        var isShort = piece.Length <= PieceCache.LongestPiece;
        if (isShort && cache.TryAppend(piece, out hash, destination))
        {
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(piece.Length) * (1 + vocabulary.Suffix.Length + vocabulary.Prefix.Length);
        var symbols = ArrayPool<int>.Shared.Rent(most);
        var count = vocabulary.IsByteLevel ? EncodeBytes(piece, symbols) : EncodeCharacters(piece, symbols);
        destination.AddRange(symbols.AsSpan(0, count));
        if (isShort)
        {
            cache.Add(piece, hash, symbols.AsSpan(0, count));
        }

        ArrayPool<int>.Shared.Return(symbols);
    }

    private int EncodeBytes(ReadOnlySpan<char> piece, Span<int> symbols)
    {
        var most = Encoding.UTF8.GetMaxByteCount(piece.Length);
        var rented = most > 256 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> buffer = rented is not null ? rented : stackalloc byte[256];
        var bytes = buffer[..Encoding.UTF8.GetBytes(piece, buffer)];
        var count = WholePiece(bytes) is >= 0 and var whole ? Only(whole, symbols) : Merge(symbols, SymbolsOf(bytes, symbols));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return count;
    }

    private int WholePiece(ReadOnlySpan<byte> bytes)
    {
        if (!vocabulary.WholePieceFirst || bytes.Length > 256)
        {
            return Missing;
        }

        Span<char> written = stackalloc char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            written[i] = CharacterOfByte[bytes[i]];
        }

        return idsBySpan.TryGetValue(written, out var id) ? id : Missing;
    }

    private int SymbolsOf(ReadOnlySpan<byte> bytes, Span<int> symbols)
    {
        if (!dependsOnPlace && unknown == Missing)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                symbols[i] = idOfByte[bytes[i]];
            }

            return bytes.Length;
        }

        var row = new SymbolRow(symbols, unknown, vocabulary.FusesUnknown);
        for (var i = 0; i < bytes.Length; i++)
        {
            var kind = dependsOnPlace ? KindOf(i == 0, i == bytes.Length - 1) : 0;
            var id = idOfByte[(kind * 256) + bytes[i]];
            if (id >= 0)
            {
                row.Add(id);
            }
            else
            {
                AddUnknown(Written(CharacterOfByte[bytes[i]].ToString(), kind), ref row);
            }
        }

        return row.Finish();
    }

    private int EncodeCharacters(ReadOnlySpan<char> piece, Span<int> symbols)
    {
        var text = new string(piece);
        if (vocabulary.WholePieceFirst && ids.TryGetValue(text, out var whole))
        {
            return Only(whole, symbols);
        }

        var row = new SymbolRow(symbols, unknown, vocabulary.FusesUnknown);
        for (var place = 0; place < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[place..], out var rune, out var length);
            var kind = dependsOnPlace ? KindOf(place == 0, place + length == piece.Length) : 0;
            var isKnown = kind == 0
                ? idsBySpan.TryGetValue(piece.Slice(place, length), out var id)
                : ids.TryGetValue(Written(rune.ToString(), kind), out id);
            if (isKnown)
            {
                row.Add(id);
            }
            else
            {
                AddUnknown(Written(rune.ToString(), kind), ref row);
            }

            place += length;
        }

        return Merge(symbols, row.Finish());
    }

    private void AddUnknown(string written, ref SymbolRow row)
    {
        if (fallbacks is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(written);
            if (Array.TrueForAll(bytes, b => fallbacks[b] >= 0))
            {
                foreach (var b in bytes)
                {
                    row.AddByte(fallbacks[b]);
                }

                return;
            }
        }

        row.AddUnknown();
    }

    private static int Only(int id, Span<int> symbols)
    {
        symbols[0] = id;
        return 1;
    }

    private int Merge(Span<int> symbols, int count) =>
        count <= LongestScannedPiece ? MergeByScanning(symbols, count) : MergeByHeap(symbols[..count].ToArray(), symbols);

    private int MergeByScanning(Span<int> symbols, int count)
    {
        Span<ulong> found = stackalloc ulong[LongestScannedPiece];
        for (var i = 0; i + 1 < count; i++)
        {
            found[i] = pairs.Find(symbols[i], symbols[i + 1]);
        }

        while (count > 1)
        {
            var (best, place) = (PairTable.None, -1);
            for (var i = 0; i + 1 < count; i++)
            {
                if (found[i] < best)
                {
                    (best, place) = (found[i], i);
                }
            }

            if (place < 0)
            {
                break;
            }

            symbols[place] = (int)(uint)best;
            symbols[(place + 2)..count].CopyTo(symbols[(place + 1)..]);
            count--;
            if (place + 1 < count)
            {
                found[(place + 2)..count].CopyTo(found[(place + 1)..]);
                found[place] = pairs.Find(symbols[place], symbols[place + 1]);
            }

            if (place > 0)
            {
                found[place - 1] = pairs.Find(symbols[place - 1], symbols[place]);
            }
        }

        return count;
    }

    /// <summary>The same in O(n log n), for pieces such as a long line of dashes: a linked list and a heap of pairs.</summary>
    private int MergeByHeap(int[] symbols, Span<int> result)
    {
        var previous = new int[symbols.Length];
        var next = new int[symbols.Length];
        for (var i = 0; i < symbols.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < symbols.Length ? i + 1 : -1);
        }

        var heap = new PriorityQueue<(int Place, int Left, int Right), (ulong Merge, int Place)>();
        void Offer(int place)
        {
            if (place >= 0 && next[place] >= 0 && pairs.Find(symbols[place], symbols[next[place]]) is not PairTable.None and var merge)
            {
                heap.Enqueue((place, symbols[place], symbols[next[place]]), (merge, place));
            }
        }

        for (var i = 0; i < symbols.Length; i++)
        {
            Offer(i);
        }

        while (heap.TryDequeue(out var pair, out var priority))
        {
            var right = symbols[pair.Place] == pair.Left ? next[pair.Place] : -1;
            if (right < 0 || symbols[right] != pair.Right)
            {
                continue; // One of the two has merged with another neighbour since.
            }

            symbols[pair.Place] = (int)(uint)priority.Merge;
            symbols[right] = Missing;
            next[pair.Place] = next[right];
            if (next[right] >= 0)
            {
                previous[next[right]] = pair.Place;
            }

            Offer(previous[pair.Place]);
            Offer(pair.Place);
        }

        var count = 0;
        foreach (var symbol in symbols)
        {
            if (symbol >= 0)
            {
                result[count++] = symbol;
            }
        }

        return count;
    }

    private static int KindOf(bool isFirst, bool isLast) => (isFirst ? 0 : NotFirstOfPiece) | (isLast ? LastOfPiece : 0);

    private string Written(string character, int kind) => dependsOnPlace
        ? ((kind & NotFirstOfPiece) != 0 ? vocabulary.Prefix : "") + character + ((kind & LastOfPiece) != 0 ? vocabulary.Suffix : "")
        : character;

    private int[] IdsOfBytes()
    {
        var all = new int[4 * 256];
        for (var kind = 0; kind < 4; kind++)
        {
            for (var b = 0; b < 256; b++)
            {
                all[(kind * 256) + b] = ids.GetValueOrDefault(Written(CharacterOfByte[b].ToString(), kind), Missing);
            }
        }

        return all;
    }

    /// <summary>The reference leaves out what no token stands for, without a word; text must not vanish so.</summary>
    private void CheckNothingVanishes()
    {
        if (unknown != Missing || (fallbacks is not null && Array.IndexOf(fallbacks, Missing) < 0))
        {
            return;
        }

        if (!vocabulary.IsByteLevel)
        {
            throw new TokenizerPartException(
                "it has neither an unk_token nor byte_fallback with all 256 bytes, so characters that are no token would vanish",
                Remedy);
        }

        var missing = Array.FindIndex(idOfByte, id => id == Missing);
        while (missing >= 0 && missing % 256 is 0xC0 or 0xC1 or >= 0xF5)
        {
            // No UTF-8 has this byte.
            missing = missing + 1 == idOfByte.Length ? -1 : Array.FindIndex(idOfByte, missing + 1, id => id == Missing);
        }

        if (missing >= 0)
        {
            var written = Written(CharacterOfByte[missing % 256].ToString(), missing / 256);
            throw new TokenizerPartException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has neither an unk_token nor a token '{written}' for the byte 0x{missing % 256:X2}, which would vanish"),
                Remedy);
        }
    }
}
