namespace Composer.Structure.Tests;

/// <summary>The clone that the tests run in.</summary>
internal static class Clone
{
    /// <summary>The folder of Composer.slnx.</summary>
    public static string Root => CloneRoot.Path;

    /// <summary>Project files under a folder of the clone, in ordinal order.</summary>
    public static IReadOnlyList<ProjectFile> Projects(string folder) =>
        [.. Directory.EnumerateFiles(Path.Join(Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(ProjectFile.Read)];

    /// <summary>Source files under a folder of the clone, relative to the root, in ordinal order.</summary>
    public static IReadOnlyList<SourceFile> Sources(string folder) =>
        [.. Directory.EnumerateFiles(Path.Join(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllLines(Path.Join(Root, path))))];
}
