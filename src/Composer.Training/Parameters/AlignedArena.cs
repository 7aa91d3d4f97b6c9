namespace Composer.Training.Parameters;

/// <summary>Zeroed unmanaged memory, aligned to cache lines, freed as a whole.</summary>
/// <remarks>
/// Not thread-safe. Blocks start at staggered distances, so that arrays of one shape do not fall on the
/// same cache sets. Freed by the finaliser when nobody disposed it.
/// </remarks>
internal sealed unsafe class AlignedArena : IDisposable
{
    private const long ChunkBytes = ZeroedPages.HugePageBytes;
    private const long LineBytes = 64;
    private const long PageBytes = 1L << 16;
    private const int Staggers = 13;
    private readonly List<(nint Pages, long Bytes)> chunks = [];
    private byte* next;
    private byte* end;
    private int blocks;

    ~AlignedArena() => Free();

    /// <summary>
    /// Set by tests alone, for a whole process: gives a block of so many bytes memory of its own, zeroed, between
    /// pages that nobody may touch. Never freed.
    /// </summary>
    public static Func<long, nint>? Isolate { get; set; }

    /// <summary>Bytes that the arena holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>A zeroed block.</summary>
    public float* Allocate(long count)
    {
        var bytes = ((count * sizeof(float)) + LineBytes - 1) / LineBytes * LineBytes;
        if (Isolate is { } isolate)
        {
            return (float*)isolate(bytes);
        }

        var padded = bytes + (LineBytes * (1 + (blocks++ % Staggers * 5)));
        if (end - next < padded)
        {
            var size = padded <= ChunkBytes ? ChunkBytes : (padded + PageBytes - 1) / PageBytes * PageBytes;

            // The slack around what is aligned is never touched.
            var chunk = (byte*)ZeroedPages.Allocate(size + ChunkBytes);
            chunks.Add(((nint)chunk, size + ChunkBytes));
            next = (byte*)(((nint)chunk + (nint)ChunkBytes - 1) / (nint)ChunkBytes * (nint)ChunkBytes);
            end = next + size;
            ZeroedPages.PreferHuge(next, size);
            Bytes += size;
            GC.AddMemoryPressure(size);
        }

        var block = next;
        next += padded;
        return (float*)block;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        foreach (var (pages, bytes) in chunks)
        {
            ZeroedPages.Free((void*)pages, bytes);
        }

        chunks.Clear();
        next = null;
        end = null;
        if (Bytes > 0)
        {
            GC.RemoveMemoryPressure(Bytes);
        }

        Bytes = 0;
    }
}
