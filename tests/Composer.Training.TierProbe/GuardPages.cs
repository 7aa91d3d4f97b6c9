using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Composer.Training.TierProbe;

/// <summary>Zeroed memory between two pages that nobody may touch: who does ends the process.</summary>
public static unsafe partial class GuardPages
{
    private const int None = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    /// <summary>Elsewhere the constants are others, and canaries must do.</summary>
    public static bool AreSupported => OperatingSystem.IsLinux();

    /// <summary>A block whose last byte (or first, when it is not flush with the end) is the last before a guard.</summary>
    public static nint Allocate(long bytes, bool flushWithEnd)
    {
        var (start, inner) = Map(bytes);
        return start + (nint)(flushWithEnd ? inner - bytes : 0);
    }

    /// <summary>Gives such a block back.</summary>
    public static void Free(nint block, long bytes)
    {
        var start = block / Environment.SystemPageSize * Environment.SystemPageSize;
        _ = Unmap(start - Environment.SystemPageSize, (nuint)(Inner(bytes) + (2 * Environment.SystemPageSize)));
    }

    private static long Inner(long bytes) =>
        (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;

    private static (nint Start, long Inner) Map(long bytes)
    {
        var (page, inner) = (Environment.SystemPageSize, Inner(bytes));
        var guard = Map(0, (nuint)(inner + (2 * page)), None, PrivateAnonymous, -1, 0);
        if (guard == -1 || Protect(guard + page, (nuint)inner, ReadWrite) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return (guard + page, inner);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
