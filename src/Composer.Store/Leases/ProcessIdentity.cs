namespace Composer.Store.Leases;

/// <summary>
/// Which process on which start of which machine: enough to tell a living holder of a lease from a dead
/// one whose process number was given to another.
/// </summary>
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
            return new ProcessIdentity(Environment.MachineName, BootId(), process, found.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string BootId()
    {
        const string linux = "/proc/sys/kernel/random/boot_id";
        return File.Exists(linux) ? File.ReadAllText(linux).Trim() : "";
    }
}
