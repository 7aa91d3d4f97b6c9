namespace Composer.Language.Files;

/// <summary>The bytes of files as they were before they were packed, to be read anywhere, quickly from front to back.</summary>
/// <remarks>At most one file is open at a time, whatever their number. Not thread-safe.</remarks>
/// <param name="paths">The files.</param>
/// <param name="isGood">Which lines of them there are; null: all bytes.</param>
internal sealed class UnpackedFiles(IReadOnlyList<string> paths, FilteredLines.LineTest? isGood = null) : IDisposable
{
    private UnpackedStream? stream;
    private int open = -1;

    /// <param name="file">Which.</param>
    /// <param name="offset">Where, in its unpacked bytes.</param>
    /// <param name="length">How many bytes.</param>
    /// <exception cref="IOException">The file has become shorter.</exception>
    public byte[] Read(int file, long offset, int length)
    {
        if (file != open || (!stream!.IsSeekable && offset < stream.Count))
        {
            Dispose();
            stream = new UnpackedStream(paths[file], isGood);
            open = file;
        }

        if (stream.Count != offset)
        {
            stream.SkipTo(offset);
        }

        var bytes = new byte[length];
        return stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length
            ? bytes
            : throw new IOException($"'{paths[file]}' became shorter while it was read.");
    }

    public void Dispose()
    {
        stream?.Dispose();
        (stream, open) = (null, -1);
    }
}
