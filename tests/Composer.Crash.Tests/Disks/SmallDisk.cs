using System.Diagnostics;

namespace Composer.Crash.Tests.Disks;

/// <summary>A tmpfs of a few hundred KiB.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Mounts one over a folder; null when this user may not.</summary>
    public static SmallDisk? TryMount(string folder, int kibibytes) =>
        Call("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", folder) ? new SmallDisk(folder) : null;

    public void Grow(int kibibytes) => Assert.True(Call("mount", "-o", $"remount,size={kibibytes}k", folder));

    public void MakeReadOnly() => Assert.True(Call("mount", "-o", "remount,ro", folder));

    public void MakeWritable() => Assert.True(Call("mount", "-o", "remount,rw", folder));

    public void Dispose() => Call("umount", "-l", folder);

    private static bool Call(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
