using Composer.Core;

namespace Composer.Store.Blobs;

/// <summary>Immutable contents named by their digest.</summary>
public interface IBlobStore
{
    /// <summary>Whether a whole blob of this name is there.</summary>
    bool Contains(Digest digest);

    /// <summary>Reads a blob; the digest is checked when the end is reached.</summary>
    /// <exception cref="BlobMissingException">There is none.</exception>
    /// <exception cref="BlobCorruptException">Thrown by the read that reaches the end, when the bytes are not those of the
    /// name.</exception>
    Stream OpenRead(Digest digest);

    /// <summary>Stores everything left in a stream, durably, before it returns.</summary>
    BlobReference Add(Stream content);

    /// <summary>
    /// Stores small contents, durably, before it returns: the same as one after the other, with fewer waits for the disk.
    /// </summary>
    /// <returns>Their references, in the same order.</returns>
    IReadOnlyList<BlobReference> AddAll(IReadOnlyList<ReadOnlyMemory<byte>> contents);

    /// <summary>Every blob that is there, in the order of the digests.</summary>
    IEnumerable<BlobReference> All();
}

/// <summary>A blob's name and size.</summary>
public readonly record struct BlobReference(Digest Digest, long Size);

/// <summary>A blob that an index or a record names is not there.</summary>
public sealed class BlobMissingException(Digest digest)
    : IOException($"Blob {digest} is missing from the store; run 'composer store verify'.")
{
    public Digest Digest { get; } = digest;
}

/// <summary>A blob's bytes are not those of its name.</summary>
public sealed class BlobCorruptException(Digest digest, Digest actual, string? setAside = null)
    : IOException(setAside is null
        ? $"Blob {digest} holds other bytes (digest {actual}); run 'composer store verify'."
        : $"Blob {digest} was damaged: it holds other bytes (digest {actual}). It was moved to {setAside}; run again, and what made it "
            + $"is computed anew.")
{
    public Digest Digest { get; } = digest;

    public Digest Actual { get; } = actual;

    /// <summary>Whether it was moved out of the way.</summary>
    public bool IsSetAside { get; } = setAside is not null;
}
