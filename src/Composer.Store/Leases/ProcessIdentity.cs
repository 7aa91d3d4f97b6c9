using System.Globalization;

namespace Composer.Store.Leases;

/// <summary>
/// Which process on which start of which machine: enough to tell a living holder of a lease from a dead
/// one whose process number was given to another.
/// </summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Boot">Which start of it, where the system tells.</param>
/// <param name="Process">The process number.</param>
/// <param name="Started">When the process started: on Linux in clock ticks since the boot, which no change of the clock moves.</param>
public sealed record ProcessIdentity(string Host, string Boot, int Process, long Started)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Current { get; } = Read(Environment.ProcessId)
        ?? throw new InvalidOperationException("This process cannot see itself.");

    /// <summary>Whether the process runs; null when it is on another machine, which only its heartbeat tells.</summary>
    public bool? IsAlive()
    {
        if (Host != Current.Host)
        {
            return null;
        }

        return Boot == Current.Boot && Read(Process) == this;
    }

    /// <summary>Whether any process of this number runs on this machine.</summary>
    public static bool IsRunning(int process) => Read(process) is not null;

    private static ProcessIdentity? Read(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return new ProcessIdentity(
                Environment.MachineName,
                BootId(),
                process,
                OperatingSystem.IsLinux() ? TicksSinceBoot(process) : found.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond);
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <remarks>
    /// The time of day that .NET makes of it moves with the clock, and differs by a second between two processes
    /// that ask: a holder that lives would look dead to one that started after the clock was set.
    /// </remarks>
    private static long TicksSinceBoot(int process)
    {
        // proc(5): field 22; the name, field 2, may hold spaces and ends with the last bracket.
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3], CultureInfo.InvariantCulture);
    }

    private static string BootId()
    {
        const string linux = "/proc/sys/kernel/random/boot_id";
        return File.Exists(linux) ? File.ReadAllText(linux).Trim() : "";
    }
}
