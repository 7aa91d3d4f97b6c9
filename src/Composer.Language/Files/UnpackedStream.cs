using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Composer.Language.Files;

/// <summary>The bytes of a file as they were before it was packed with gzip or zstd, which its first bytes tell.</summary>
/// <remarks>Forward only; not thread-safe.</remarks>
internal sealed class UnpackedStream : ReadOnlyStream
{
    /// <summary>Frames made with <c>zstd --long=31</c> are read too.</summary>
    private const int LongestWindow = 31;

    private const int NearBytes = 1 << 16;

    private readonly string path;
    private readonly Stream bytes;

    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be opened.</exception>
    public UnpackedStream(string path)
    {
        this.path = path;
        Content = FileContent.OfFile(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        bytes = Content.Kind switch
        {
            ContentKind.Gzip => new WholeGzipStream(file),
            ContentKind.Zstandard => Zstandard(file),
            _ => file,
        };
    }

    /// <summary>What the file itself is.</summary>
    public FileContent Content { get; }

    /// <summary>Whether the file is packed.</summary>
    public bool IsPacked => Content.Kind is ContentKind.Gzip or ContentKind.Zstandard;

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <exception cref="Core.Diagnostics.UserInputException">What is packed is damaged.</exception>
    public override int Read(Span<byte> destination)
    {
        try
        {
            var read = bytes.Read(destination);
            Count += read;
            return read;
        }
        catch (Exception exception) when (IsPacked && exception is InvalidDataException or EndOfStreamException or ZstdException)
        {
            throw LanguageMistake.DamagedPacking(path, Content.Name, Count);
        }
    }

    /// <summary>Goes to a place: at once where the file is not packed, else by reading on; never back.</summary>
    public void SkipTo(long offset)
    {
        if (!IsPacked && (offset < Count || offset > Count + NearBytes))
        {
            bytes.Position = Count = offset;
            return;
        }

        // Between two documents is a line's end or two, for which a seek would cost the buffer.
        Span<byte> skipped = stackalloc byte[1 << 10];
        while (Count < offset && Read(skipped[..(int)Math.Min(skipped.Length, offset - Count)]) > 0)
        {
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    private static DecompressionStream Zstandard(Stream file)
    {
        var stream = new DecompressionStream(file, leaveOpen: false);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, LongestWindow);
        return stream;
    }
}
