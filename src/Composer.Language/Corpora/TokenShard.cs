using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Composer.Language.Corpora;

/// <summary>
/// One llm.c token file, memory-mapped: 256 little-endian int32 (magic 20240520, version 1: uint16 tokens;
/// magic 20240801, version 7: uint32 tokens; the third is the number of tokens), then the tokens. Beside it
/// may lie <c>NAME.bin.idx</c>: the first token of each document, little-endian int64, ascending from 0.
/// </summary>
internal sealed unsafe class TokenShard : ITokenSource, IDisposable
{
    public const string Ending = ".bin";
    public const int HeaderBytes = 256 * sizeof(int);
    public const int Magic16 = 20240520;
    public const int Version16 = 1;
    public const int Magic32 = 20240801;
    public const int Version32 = 7;

    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly int width;
    private readonly int vocabulary;

    /// <param name="path">The file.</param>
    /// <param name="vocabulary">Tokens must be below this.</param>
    /// <param name="withDocuments">Whether its sidecar is read.</param>
    public TokenShard(string path, int vocabulary, bool withDocuments = true)
    {
        (Path, this.vocabulary) = (path, vocabulary);
        var size = new FileInfo(path).Length;
        if (size < HeaderBytes)
        {
            throw LanguageMistake.Shard(path, $"it has {size} bytes, less than the header's {HeaderBytes}");
        }

        var header = new byte[HeaderBytes];
        using (var stream = File.OpenRead(path))
        {
            stream.ReadExactly(header);
        }

        var magic = BinaryPrimitives.ReadInt32LittleEndian(header);
        var version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
        Count = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        width = (magic, version) switch
        {
            (Magic16, Version16) => sizeof(ushort),
            (Magic32, Version32) => sizeof(uint),
            _ when BinaryPrimitives.ReverseEndianness(magic) is Magic16 or Magic32 => throw LanguageMistake.Shard(
                path,
                "it is big-endian, written on a machine of the other byte order",
                "Write it anew with little-endian numbers."),
            _ => throw LanguageMistake.Shard(
                path,
                $"its header says magic {magic}, version {version}",
                $"Known are {Magic16} version {Version16} (uint16) and {Magic32} version {Version32} (uint32)."),
        };
        if (Count < 1 || size != HeaderBytes + (Count * width))
        {
            throw LanguageMistake.Shard(
                path, $"its header promises {Count} tokens of {width} bytes, but {size - HeaderBytes} bytes follow");
        }

        Documents = withDocuments ? ReadDocuments() : null;

        // The view outlives the file's handle, so that any number of shards can be read at once.
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, size, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset + HeaderBytes;
    }

    public string Path { get; }

    public long Count { get; }

    /// <summary>The first token of each document; null without a sidecar, or where it was not read.</summary>
    public long[]? Documents { get; }

    /// <summary>Whether a file's first bytes are those of a shard, of whatever version and byte order.</summary>
    public static bool IsShard(ReadOnlySpan<byte> head) =>
        head.Length >= sizeof(int)
        && (BinaryPrimitives.ReadInt32LittleEndian(head) is Magic16 or Magic32
            || BinaryPrimitives.ReadInt32BigEndian(head) is Magic16 or Magic32);

    public static string SidecarOf(string path) => path + ".idx";

    public void Read(long start, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + destination.Length, Count);
        var from = this.start + (start * width);
        for (var i = 0; i < destination.Length; i++)
        {
            long token = width == sizeof(ushort)
                ? BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(from + (2L * i), 2))
                : BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(from + (4L * i), 4));
            destination[i] = token < vocabulary
                ? (int)token
                : throw LanguageMistake.TokenOutsideVocabulary(Path, token, start + i, vocabulary);
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
    }

    private long[]? ReadDocuments()
    {
        var sidecar = SidecarOf(Path);
        if (!File.Exists(sidecar))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(sidecar);
        var offsets = new long[bytes.Length / sizeof(long)];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
        }

        var ascending = offsets.Length > 0 && offsets[0] == 0 && offsets[^1] < Count
            && offsets.Zip(offsets.Skip(1)).All(p => p.First < p.Second);
        return ascending && bytes.Length % sizeof(long) == 0
            ? offsets
            : throw LanguageMistake.Shard(
                sidecar, $"it does not hold ascending int64 from 0 to below {Count}, the first token of each document");
    }
}
