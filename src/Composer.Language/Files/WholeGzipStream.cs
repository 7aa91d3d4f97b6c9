using System.IO.Compression;

namespace Composer.Language.Files;

/// <summary>
/// Unpacks gzip, any number of members, and fails where the file ends too early: .NET's own stream takes a file that was cut for a
/// whole one. It is given one more member behind the file's end; where that does not come out again, something is missing before it.
/// </summary>
/// <remarks>Forward only; not thread-safe.</remarks>
internal sealed class WholeGzipStream : ReadOnlyStream
{
    private static readonly byte[] End = [.. "composer: nothing is missing here"u8];

    private readonly GZipStream unpacked;
    private readonly byte[] buffer = new byte[(1 << 16) + End.Length];
    private int start;
    private int filled;
    private bool ended;

    /// <param name="packed">Disposed of with this.</param>
    public WholeGzipStream(Stream packed) => unpacked = new GZipStream(new WithEnd(packed), CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">The data is damaged or incomplete.</exception>
    public override int Read(Span<byte> destination)
    {
        while (filled - start <= End.Length && !ended)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            var read = unpacked.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            ended = read == 0;
        }

        if (ended && !buffer.AsSpan(start, filled - start).EndsWith(End))
        {
            throw new InvalidDataException("The gzip data ends too early.");
        }

        var count = Math.Min(destination.Length, filled - start - End.Length);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A stream, and behind it a member that holds <see cref="End"/>.</summary>
    private sealed class WithEnd(Stream packed) : ReadOnlyStream
    {
        private static readonly byte[] Member = Pack();

        private int given = -1;

        public override int Read(Span<byte> destination)
        {
            if (given < 0)
            {
                var read = packed.Read(destination);
                if (read > 0 || destination.IsEmpty)
                {
                    return read;
                }

                given = 0;
            }

            var count = Math.Min(destination.Length, Member.Length - given);
            Member.AsSpan(given, count).CopyTo(destination);
            given += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }

        private static byte[] Pack()
        {
            using var member = new MemoryStream();
            using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(End);
            }

            return member.ToArray();
        }
    }
}
