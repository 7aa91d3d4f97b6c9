namespace Composer.Manifests.Tests;

/// <summary>The repository's <c>experiments</c> folder.</summary>
internal static class ShippedExperiments
{
    public static string Folder { get; } = Find();

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.toml", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Composer.slnx")))
            {
                return Path.Combine(folder.FullName, "experiments");
            }
        }

        throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
