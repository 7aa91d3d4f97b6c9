namespace Composer.Agents.Checkup;

/// <summary>How much room a file system has.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes that this user may write where a folder is, or will be; null where the system does not say.</summary>
    public static long? FreeAt(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        try
        {
            return new DriveInfo(there).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
