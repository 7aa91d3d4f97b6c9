namespace Composer.Core.Files;

/// <summary>What a file system has.</summary>
public static class DiskSpace
{
    /// <summary>Bytes that this user may write where a folder is, or will be; null where the system does not say.</summary>
    public static long? FreeAt(string folder)
    {
        try
        {
            return DriveOf(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// What the file system is called where a folder is, or will be: <c>ext2</c>, <c>nfs</c>; null where the system does not say.
    /// </summary>
    public static string? FormatAt(string folder)
    {
        try
        {
            return DriveOf(folder).DriveFormat;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static DriveInfo DriveOf(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        return new DriveInfo(there);
    }
}
