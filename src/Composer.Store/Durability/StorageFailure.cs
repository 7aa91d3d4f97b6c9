namespace Composer.Store.Durability;

/// <summary>Says what to do when the disk refuses.</summary>
internal static class StorageFailure
{
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaOnLinux = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>A failure of a full or read-only disk in words; null for any other.</summary>
    public static IOException? Explain(Exception failure, string root) => failure switch
    {
        IOException { HResult: NoSpace or QuotaOnLinux or WindowsDiskFull } => new IOException(
            $"The store {root} cannot grow: the disk is full. Free some space ('composer store gc' may), and run again; what was published is safe.", failure),
        UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem } => new IOException(
            $"The store {root} cannot be written: it is read-only for this user. Give the right to write there, or name another place with --artifacts.", failure),
        _ => null,
    };
}
