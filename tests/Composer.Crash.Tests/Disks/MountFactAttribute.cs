
namespace Composer.Crash.Tests.Disks;

/// <summary>A test that mounts a small disk, skipped aloud where that is not allowed.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Allowed = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("composer-mount-").FullName;
        try
        {
            using var disk = SmallDisk.TryMount(folder, kibibytes: 64);
            return disk is not null;
        }
        finally
        {
            Directory.Delete(folder);
        }
    });

    public MountFactAttribute()
    {
        if (!Allowed.Value)
        {
            Skip = "NOT RUN: this user may not mount a tmpfs. Run the tests as root to have a disk that is really full; injected ENOSPC is tested everywhere.";
        }
    }
}
