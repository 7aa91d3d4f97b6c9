using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composer.CodeDigests.Model;
using Composer.CodeDigests.Reach;
using Composer.CodeDigests.Sources;

namespace Composer.CodeDigests;

/// <summary>The digest of each computation's code and of each part that it may use, as text.</summary>
/// <remarks>
/// A line each, in ordinal order: <c>part REGISTRY NAME DIGEST REGISTRY…</c>, <c>registry REGISTRY KIND</c>,
/// <c>root NAME DIGEST REGISTRY…</c> with the registries that are reached, and <c>package NAME VERSION</c> for those that
/// a condition chooses. Names have no spaces.
/// </remarks>
internal sealed class CodeTable
{
    private readonly SortedSet<string> lines = new(StringComparer.Ordinal);

    public CodeTable(IEnumerable<SourceFile> files, IReadOnlyList<SourceProject> projects)
    {
        Model = new CodeModel(files, projects);
        Markings = new Markings(Model);
        var cache = new ReferenceCache(Model);
        foreach (var (name, units) in Markings.Roots)
        {
            Roots[name] = Closure.From(Model, Markings, cache, [.. units.Select(u => (u.Type, (Unit?)u))]);
            Add($"root {name}", Roots[name]);
        }

        foreach (var registry in Markings.Registries)
        {
            lines.Add($"registry {registry.Id} {registry.Kind}");
            foreach (var (name, parts) in registry.Parts)
            {
                Parts[(registry.Id, name)] = Closure.From(Model, Markings, cache, parts);
                Add($"part {registry.Id} {name}", Parts[(registry.Id, name)]);
            }
        }

        lines.UnionWith(projects.SelectMany(p => p.Packages.Concat(p.ChosenPackages)).Select(p => $"package {p}"));
    }

    public CodeModel Model { get; }

    public Markings Markings { get; }

    /// <summary>By name.</summary>
    public Dictionary<string, Closure> Roots { get; } = [];

    /// <summary>By registry and name.</summary>
    public Dictionary<(string Registry, string Name), Closure> Parts { get; } = [];

    public override string ToString() => string.Concat(lines.Select(l => l + "\n"));

    private static string DigestOf(Closure closure)
    {
        var arguments = closure.Units.Keys.SelectMany(u => closure.References.Of(u).Arguments).ToHashSet(StringComparer.Ordinal);
        var alike = closure.Types.GroupBy(t => t.Path).Where(g => g.Count() > 1).SelectMany(g => g).ToHashSet();
        var text = new List<string>(closure.Packages.Select(p => $"package {p}"));
        foreach (var unit in closure.Units.Keys)
        {
            var references = closure.References.Of(unit);
            text.Add(references.Text);

            // Parameters are locals, but where they are given by name; of types that are called alike, which is meant.
            text.AddRange((unit.Declared?.Parameters ?? []).Select((name, i) => (name, i)).Where(p => arguments.Contains(p.name))
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{references.Text} {p.i} {p.name}")));
            text.AddRange(references.Types.Where(alike.Contains).Select(t => $"{references.Text} {closure.References.Of(t.Header).Text}"));
        }

        text.Sort(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', text))));
    }

    private void Add(string what, Closure closure) =>
        lines.Add(string.Join(' ', closure.Registries.Select(r => r.Id).Order(StringComparer.Ordinal).Prepend(DigestOf(closure))
            .Prepend(what)));
}
