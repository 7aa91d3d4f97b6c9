namespace Composer.Store.Durability;

/// <summary>Says what to do when the disk refuses.</summary>
public static class StorageFailure
{
    /// <summary>EIO.</summary>
    public const int InputOutput = 5;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    private const int QuotaOnLinux = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>A failure of a full, a read-only or a broken disk in words, with the way on; null for any other.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="what">What could not be written, such as <c>The store /data/store</c>.</param>
    public static IOException? Explain(Exception failure, string what) => failure switch
    {
        IOException { HResult: NoSpace or QuotaOnLinux or WindowsDiskFull } => new IOException(
            $"{what} cannot grow: the disk is full. Free some space ('composer store gc' may), and run again; what was published is safe.",
            failure),
        UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem } => new IOException(
            $"{what} cannot be written: it is read-only for this user. Give the right to write there, or name another place with "
            + $"--artifacts.",
            failure),
        IOException { HResult: InputOutput } => new IOException(
            $"{what} cannot be written: the disk failed ({failure.Message}). See to the disk, then run 'composer store verify' and run "
            + $"again.",
            failure),
        _ => null,
    };
}
