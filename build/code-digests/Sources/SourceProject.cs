using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Composer.CodeDigests.Sources;

/// <summary>A product project: what it may name, and the packages that it is built with.</summary>
/// <param name="Name">The project's name.</param>
/// <param name="References">The projects that it references, directly or not, and itself.</param>
/// <param name="Friends">The projects that see its internal types.</param>
/// <param name="Packages">
/// Its own packages with their resolved versions, <c>NAME VERSION</c>, but analyzers, what only the build needs, and what
/// a condition chooses.
/// </param>
/// <param name="ChosenPackages">Those that a condition chooses, each with its version.</param>
/// <param name="Linked">Patterns of the files of other projects' folders that it compiles instead of them.</param>
public sealed record SourceProject(
    string Name,
    IReadOnlySet<string> References,
    IReadOnlySet<string> Friends,
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> ChosenPackages,
    IReadOnlyList<Regex> Linked)
{
    /// <summary>The projects of files in folders below <c>src</c>.</summary>
    /// <param name="files">Contents by path, such as <c>src/Composer.Core/Composer.Core.csproj</c>; lock files and
    /// <c>Directory.Packages.props</c> with them.</param>
    public static IReadOnlyList<SourceProject> Read(IReadOnlyDictionary<string, string> files)
    {
        var documents = files.Where(f => f.Key.EndsWith(".csproj", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Key), f => (f.Key, XDocument.Parse(f.Value)));
        var direct = documents.ToDictionary(d => d.Key, d => ReferencesOf(d.Value.Item2).Where(documents.ContainsKey).ToArray());
        var central = XDocument.Parse(files["Directory.Packages.props"]).Descendants("PackageVersion")
            .ToDictionary(p => (string)p.Attribute("Include")!, p => (string)p.Attribute("Version")!);
        return
        [
            .. documents.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d =>
            {
                var (path, document) = d.Value;
                var resolved = Resolved(files.GetValueOrDefault(path[..(path.LastIndexOf('/') + 1)] + "packages.lock.json"));
                var packages = document.Descendants("PackageReference").Where(p => (string?)p.Attribute("PrivateAssets") != "all")
                    .ToArray();
                return new SourceProject(
                    d.Key,
                    Closure(d.Key, direct),
                    document.Descendants("InternalsVisibleTo").Select(f => (string)f.Attribute("Include")!).ToHashSet(),
                    [.. packages.Where(p => p.Attribute("Condition") is null).Select(Versioned).Order(StringComparer.Ordinal)],
                    [.. packages.Where(p => p.Attribute("Condition") is not null).Select(Versioned).Order(StringComparer.Ordinal)],
                    [.. document.Descendants("Compile").Select(c => (string?)c.Attribute("Include")).OfType<string>().SelectMany(LinksOf)]);

                string Versioned(XElement package)
                {
                    var name = (string)package.Attribute("Include")!;
                    return $"{name} {(resolved.TryGetValue(name, out var version) ? version : central[name])}";
                }
            }),
        ];
    }

    /// <summary>As patterns from the clone's root, of what lies in folders beside the project's own.</summary>
    private static IEnumerable<Regex> LinksOf(string include) =>
        from pattern in include.Split(';', StringSplitOptions.TrimEntries)
        where pattern.StartsWith("../", StringComparison.Ordinal)
        select new Regex("^" + Regex.Escape("src/" + pattern[3..]).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "$");

    private static IEnumerable<string> ReferencesOf(XDocument project) =>
        project.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));

    private static HashSet<string> Closure(string name, Dictionary<string, string[]> direct)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { name };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var next))
        {
            foreach (var reference in direct[next].Where(reached.Add))
            {
                open.Enqueue(reference);
            }
        }

        return reached;
    }

    private static Dictionary<string, string> Resolved(string? lockFile)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (lockFile is not null)
        {
            using var document = JsonDocument.Parse(lockFile);
            foreach (var package in document.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (package.Value.TryGetProperty("resolved", out var version))
                {
                    versions[package.Name] = version.GetString()!;
                }
            }
        }

        return versions;
    }
}
