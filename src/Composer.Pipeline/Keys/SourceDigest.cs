using System.Reflection;

namespace Composer.Pipeline.Keys;

/// <summary>One source file with the digest of its content.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Path">In its project, with slashes.</param>
/// <param name="Digest">In hexadecimal, or the version of a package.</param>
internal sealed record SourceDigest(string Assembly, string Path, string Digest)
{
    /// <summary>The list that a build embedded, in ordinal order of the paths.</summary>
    /// <param name="carrier">The assembly that holds the list.</param>
    /// <param name="resource">The list's name in it.</param>
    /// <param name="name">The assembly whose sources are listed: by their paths in its project, or from a project beside it.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IReadOnlyList<SourceDigest> Read(Assembly carrier, string resource, string name) =>
    [
        .. Lines(carrier, resource)
            .Select(line => line.Split(' ', 2))
            .Select(parts => new SourceDigest(name, parts[1].Replace($"../{name}/", "", StringComparison.Ordinal), parts[0].ToLowerInvariant()))
            .OrderBy(f => f.Path, StringComparer.Ordinal),
    ];

    /// <summary>The lines of a list that a build embedded, with slashes: <c>DIGEST PATH</c> or <c>VERSION package NAME</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IReadOnlyList<string> Lines(Assembly carrier, string resource)
    {
        using var list = carrier.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{carrier.GetName().Name} carries no {resource}.");
        using var reader = new StreamReader(list);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Replace('\\', '/'))];
    }

    /// <summary>Whether a folder, a file, or, for an empty text, the top holds it.</summary>
    public bool IsIn(string place) => place.Length == 0 ? !Path.Contains('/')
        : place.EndsWith(".cs", StringComparison.Ordinal) ? Path == place
        : Path.StartsWith(place + "/", StringComparison.Ordinal);

    public override string ToString() => $"{Assembly}/{Path}";
}
