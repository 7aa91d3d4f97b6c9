using System.Runtime.InteropServices;

namespace Composer.Training.Parameters;

/// <summary>Zeroed memory straight from the system: a page that is never touched takes no room.</summary>
/// <remarks>
/// A step reads some megabytes of weights, gradients and activations in turn, more than a core's table of
/// translations covers in small pages; in huge ones it does. An allocator between would use freed memory again,
/// which is touched and in small pages already.
/// </remarks>
internal static unsafe partial class ZeroedPages
{
    /// <summary>Of a huge page; what begins at a multiple of it can lie in huge pages.</summary>
    public const long HugePageBytes = 2L << 20;

    private const int ReadAndWrite = 1 | 2;
    private const int PrivateAndAnonymous = 0x02 | 0x20;
    private const int WantHugePages = 14;

    /// <exception cref="OutOfMemoryException">There is none.</exception>
    public static void* Allocate(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return NativeMemory.AllocZeroed((nuint)bytes);
        }

        var pages = Map(null, (nuint)bytes, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        if ((nint)pages == -1)
        {
            throw new OutOfMemoryException($"The system gave no {bytes} bytes.");
        }

        return pages;
    }

    /// <summary>Asks for huge pages where a part begins at a multiple of one and has room for whole ones.</summary>
    public static void PreferHuge(void* start, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // A system without huge pages refuses, and nothing is lost.
            _ = Advise(start, (nuint)(bytes / HugePageBytes * HugePageBytes), WantHugePages);
        }
    }

    /// <param name="pages">From <see cref="Allocate"/>.</param>
    /// <param name="bytes">As many as were asked for.</param>
    public static void Free(void* pages, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap(pages, (nuint)bytes);
        }
        else
        {
            NativeMemory.Free(pages);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* pages, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* pages, nuint bytes, int advice);
}
