namespace Composer.Testing;

/// <summary>Where the clone lies that the tests run in.</summary>
public static class CloneRoot
{
    /// <summary>The folder of Composer.slnx, above the test's assembly.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Join(folder.FullName, "Composer.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
