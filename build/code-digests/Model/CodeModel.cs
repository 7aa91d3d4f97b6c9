using Composer.CodeDigests.Binding;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Model;

/// <summary>All types of the product, and who can name whom.</summary>
internal sealed class CodeModel
{
    private readonly Dictionary<(string Namespace, string Name), List<SourceType>> byNamespace = [];
    private readonly Dictionary<(int Outer, string Name), List<SourceType>> nested = [];
    private readonly Dictionary<DeclaredType, NameLookup> lookups = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> namespaces = new(StringComparer.Ordinal);

    public CodeModel(IEnumerable<SourceFile> files, IReadOnlyList<SourceProject> projects)
    {
        Projects = projects.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var ordered = files.OrderBy(f => f.Path, StringComparer.Ordinal).ToArray();
        AssemblyAttributes = ordered.SelectMany(f => f.AssemblyAttributes.Select(a => (f.Project, a)))
            .ToLookup(a => a.Project, a => a.a, StringComparer.Ordinal);
        var units = 0;
        foreach (var group in ordered
            .SelectMany(f => f.Types)
            .GroupBy(t => (t.File.Project, t.Namespace, t.Path))
            .OrderBy(g => g.Key.Project, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Path, StringComparer.Ordinal))
        {
            Types.Add(new SourceType(Types.Count, [.. group], () => units++));
        }

        UnitCount = units;
        Extensions = Types.SelectMany(t => t.Members).Where(m => m.Declared!.IsExtension).ToLookup(m => m.Name, StringComparer.Ordinal);
        Index();
        foreach (var type in Types)
        {
            Derive(type);
        }

        foreach (var type in Types)
        {
            type.Seal();
        }
    }

    public List<SourceType> Types { get; } = [];

    public int UnitCount { get; }

    public IReadOnlyDictionary<string, SourceProject> Projects { get; }

    /// <summary>By project.</summary>
    public ILookup<string, AttributeSyntax> AssemblyAttributes { get; }

    /// <summary>Extension methods by name.</summary>
    public ILookup<string, Unit> Extensions { get; }

    /// <summary>How names are looked up inside a declaration.</summary>
    public NameLookup LookupAt(DeclaredType around, SourceType type) =>
        lookups.TryGetValue(around, out var known) ? known : lookups[around] = new NameLookup(this, around.File, around.Namespace, type);

    public bool IsNamespace(string name) => namespaces.Contains(name);

    /// <summary>The types of a namespace that a project can name.</summary>
    public IEnumerable<SourceType> In(string space, string name, string project) =>
        byNamespace.TryGetValue((space, name), out var found) ? found.Where(t => IsVisible(t, project)) : [];

    /// <summary>The types inside a type, or inside one that it is derived from.</summary>
    public IEnumerable<SourceType> Inside(SourceType outer, string name) =>
        outer.Lineage.SelectMany(t => nested.TryGetValue((t.Index, name), out var found) ? found : Enumerable.Empty<SourceType>());

    public bool IsVisible(SourceType type, string project) => Projects[project].References.Contains(type.Project);

    /// <summary>Whether a project can name a type in its own code: an internal type of another hides nothing.</summary>
    public bool IsAccessible(SourceType type, string project) =>
        type.Project == project || type.IsVisibleEverywhere || Projects[type.Project].Friends.Contains(project);

    private void Index()
    {
        var byPath = Types.ToDictionary(t => (t.Project, t.Namespace, t.Path));
        foreach (var type in Types)
        {
            if (type.Path.LastIndexOf('.') is var dot and > 0)
            {
                type.Outer = byPath[(type.Project, type.Namespace, type.Path[..dot])];
                Add(nested, (type.Outer.Index, type.Name), type);
            }
            else
            {
                Add(byNamespace, (type.Namespace, type.Name), type);
                for (var space = type.Namespace; space.Length > 0
                    && namespaces.Add(space); space = space[..Math.Max(0, space.LastIndexOf('.'))])
                {
                }
            }
        }

        static void Add<TKey>(Dictionary<TKey, List<SourceType>> map, TKey key, SourceType type)
            where TKey : notnull
        {
            if (!map.TryGetValue(key, out var list))
            {
                map[key] = list = [];
            }

            list.Add(type);
        }
    }

    private void Derive(SourceType type)
    {
        var (known, foreign) = (new List<SourceType>(), new List<string>());
        foreach (var declaration in type.Declarations)
        {
            var names = new NameLookup(this, declaration.File, declaration.Namespace, type.Outer);
            foreach (var written in declaration.Syntax is BaseTypeDeclarationSyntax { BaseList.Types: var bases }
                ? bases.Select(b => b.Type) : [])
            {
                var found = names.Type(written);
                known.AddRange(found);
                if (found.Count == 0 && declaration.Syntax is not EnumDeclarationSyntax)
                {
                    foreign.Add(((written as QualifiedNameSyntax)?.Right ?? written) is SimpleNameSyntax name ? name.Identifier.ValueText
                        : written.ToString());
                }
            }
        }

        (type.Bases, type.ForeignBases) = ([.. known.Distinct()], foreign);
    }
}
