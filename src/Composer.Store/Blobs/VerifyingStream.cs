using System.Security.Cryptography;
using Composer.Core;

namespace Composer.Store.Blobs;

/// <summary>Reads through, and compares the digest of everything read when the end is reached.</summary>
internal sealed class VerifyingStream(Stream inner, Digest expected) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException("A blob is read from its beginning.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        if (read > 0)
        {
            hash.AppendData(buffer[..read]);
        }
        else if (buffer.Length > 0 && !verified)
        {
            var actual = new Digest(hash.GetHashAndReset());
            verified = true;
            if (actual != expected)
            {
                throw new BlobCorruptException(expected, actual);
            }
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
