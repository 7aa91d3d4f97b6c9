namespace Composer.Exchange;

/// <summary>A folder that something is written to as a whole.</summary>
internal static class NewFolder
{
    /// <summary>Makes the folder and fills it; when that fails, what was written goes again.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It has files, or is one.</exception>
    public static void Fill(string folder, Action fill)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw ExchangeMistake.Target($"'{folder}' is there already, and not an empty folder.", "Name a folder that is not there yet.");
        }

        Directory.CreateDirectory(folder);
        try
        {
            fill();
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }
}
