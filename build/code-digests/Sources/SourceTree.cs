namespace Composer.CodeDigests.Sources;

/// <summary>The product's sources in a clone.</summary>
/// <param name="Files">Parsed.</param>
/// <param name="Projects">In ordinal order of their names.</param>
public sealed record SourceTree(IReadOnlyList<SourceFile> Files, IReadOnlyList<SourceProject> Projects)
{
    /// <summary>Reads what lies below <c>src</c>.</summary>
    /// <param name="root">The clone's folder.</param>
    /// <exception cref="CodeDigestException">A file cannot be digested.</exception>
    public static SourceTree Read(string root)
    {
        var paths = Directory.EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(root, p).Replace('\\', '/'))
            .Where(p => !p.Split('/').Any(folder => folder is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var described = paths.Where(p =>
            p.EndsWith(".csproj", StringComparison.Ordinal) || p.EndsWith("/packages.lock.json", StringComparison.Ordinal))
            .Append("Directory.Packages.props");
        var projects = SourceProject.Read(described
            .ToDictionary(p => p, p => File.ReadAllText(Path.Combine(root, p)), StringComparer.Ordinal));
        var known = projects.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var sources = paths.Where(p => p.EndsWith(".cs", StringComparison.Ordinal) && known.Contains(p.Split('/')[1])).ToArray();
        try
        {
            return new SourceTree([.. sources.AsParallel().AsOrdered()
                .Select(p => SourceFile.Parse(p, File.ReadAllText(Path.Combine(root, p)), projects.FirstOrDefault(o => o.Linked.Any(l => l.IsMatch(p)))?.Name))],
                projects);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<CodeDigestException>().FirstOrDefault() is { } mistake)
        {
            throw mistake;
        }
    }
}
