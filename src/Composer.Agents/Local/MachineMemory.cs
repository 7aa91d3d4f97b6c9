using System.Globalization;

namespace Composer.Agents.Local;

/// <summary>How much memory this machine has for computing.</summary>
internal static class MachineMemory
{
    /// <summary>Bytes: the machine's, or what a container allows.</summary>
    public static long? Bytes() => Bytes("/proc/meminfo", "/sys/fs/cgroup/memory.max") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <param name="information">The kernel's account, a line <c>MemTotal: 24684084 kB</c>.</param>
    /// <param name="limit">The control group's limit: a number, or <c>max</c>.</param>
    internal static long? Bytes(string information, string limit)
    {
        var total = Text(information)?.Split('\n').FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        long? bytes = long.TryParse(total, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : null;
        return long.TryParse(Text(limit), CultureInfo.InvariantCulture, out var most) ? Math.Min(most, bytes ?? most) : bytes;
    }

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
