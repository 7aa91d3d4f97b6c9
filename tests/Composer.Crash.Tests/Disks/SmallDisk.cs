using Composer.Testing.Execution;

namespace Composer.Crash.Tests.Disks;

/// <summary>A tmpfs of a few hundred KiB.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Mounts one over a folder; skips the test, aloud, when this user may not.</summary>
    public static SmallDisk Mount(string folder, int kibibytes)
    {
        Assert.SkipUnless(
            Call("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", folder),
            "NOT RUN: this user may not mount a tmpfs. Run the tests as root to have a disk that is really full; injected ENOSPC is "
            + "tested everywhere.");
        return new SmallDisk(folder);
    }

    public void Grow(int kibibytes) => Assert.True(Call("mount", "-o", $"remount,size={kibibytes}k", folder));

    public void MakeReadOnly() => Assert.True(Call("mount", "-o", "remount,ro", folder));

    public void MakeWritable() => Assert.True(Call("mount", "-o", "remount,rw", folder));

    public void Dispose() => Call("umount", "-l", folder);

    private static bool Call(string command, params string[] arguments) => FinishedProcess.TryRun(command, arguments) is { ExitCode: 0 };
}
