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
    private readonly FilteredLines? lines;

    /// <param name="path">The file.</param>
    /// <param name="isGood">Which lines of it there are; null: all bytes.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be opened.</exception>
    public UnpackedStream(string path, FilteredLines.LineTest? isGood = null)
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
        bytes = isGood is null ? bytes : lines = new FilteredLines(bytes, isGood, path);
    }

    /// <summary>What the file itself is.</summary>
    public FileContent Content { get; }

    /// <summary>Whether the file is packed.</summary>
    public bool IsPacked => Content.Kind is ContentKind.Gzip or ContentKind.Zstandard;

    /// <summary>Whether any place can be gone to at once.</summary>
    public bool IsSeekable => !IsPacked && lines is null;

    /// <summary>Lines left out so far.</summary>
    public long Skipped => lines?.Skipped ?? 0;

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

    /// <summary>Goes to a place: at once where it can be, else by reading on; never back.</summary>
    public void SkipTo(long offset)
    {
        if (IsSeekable && (offset < Count || offset > Count + NearBytes))
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
