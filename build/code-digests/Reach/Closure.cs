using Composer.CodeDigests.Binding;
using Composer.CodeDigests.Model;

namespace Composer.CodeDigests.Reach;

/// <summary>
/// All that a computation can reach. Types by name, with what is called of a type without being named; of the types
/// reached, the members of the names that are named anywhere in it.
/// </summary>
/// <remarks>
/// A type's overrides and implementations of the product's own members are reached with it, named or not: what calls them
/// may be another part, whose closure is apart from this one.
/// </remarks>
internal sealed class Closure
{
    private readonly CodeModel model;
    private readonly Markings markings;
    private readonly ReferenceCache cache;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<(SourceType, string)> scoped = [];
    private readonly HashSet<Unit> signatures = [];
    private readonly Queue<Unit> open = new();
    private readonly HashSet<Unit> own;
    private Unit? current;

    private Closure(CodeModel model, Markings markings, ReferenceCache cache, IEnumerable<Unit> own)
    {
        (this.model, this.markings, this.cache, this.own) = (model, markings, cache, [.. own]);
    }

    /// <summary>The types reached, those at the boundary too.</summary>
    public HashSet<SourceType> Types { get; } = [];

    /// <summary>The units reached, each with the one that it was first reached from; null for those that the computation begins
    /// with.</summary>
    public Dictionary<Unit, Unit?> Units { get; } = [];

    public HashSet<Registry> Registries { get; } = [];

    /// <summary>From types and members of theirs.</summary>
    public static Closure From(CodeModel model, Markings markings, ReferenceCache cache,
        IReadOnlyCollection<(SourceType Type, Unit? Member)> begin)
    {
        var closure = new Closure(model, markings, cache, begin.Select(b => b.Member).OfType<Unit>());
        foreach (var (type, member) in begin)
        {
            closure.Add(type);
            if (member is not null)
            {
                closure.Add(member);
            }
        }

        while (closure.open.TryDequeue(out var next))
        {
            closure.current = next;
            closure.Follow(next, cache.Of(next));
        }

        return closure;
    }

    /// <summary>What a computation needs of packages: of each project that it has code of.</summary>
    public IEnumerable<string> Packages =>
        Units.Keys.Select(u => u.Type.Project).Distinct().SelectMany(p => model.Projects[p].Packages).Distinct();

    public ReferenceCache References => cache;

    private void Add(Unit unit)
    {
        if (!own.Contains(unit) && markings.OfMember(unit) is { } registry)
        {
            Registries.Add(registry);
        }
        else if (markings.IsBoundary(unit.Type) && !own.Contains(unit))
        {
            if (signatures.Add(unit))
            {
                FollowTypes(cache.OfSignature(unit));
            }
        }
        else if (Units.TryAdd(unit, current))
        {
            open.Enqueue(unit);
        }
    }

    private void Add(SourceType type)
    {
        if (!Types.Add(type))
        {
            return;
        }

        Registries.UnionWith(markings.BasedOn(type));
        if (markings.IsBoundary(type))
        {
            foreach (var ancestor in type.Lineage)
            {
                Add(ancestor);
            }
        }
        else
        {
            Add(type.Header);
            foreach (var member in Called(type))
            {
                Add(member);
            }
        }

        foreach (var group in type.ByName.Where(g => names.Contains(g.Key)))
        {
            AddAll(group);
        }

        if (markings.IsBoundary(type))
        {
            foreach (var name in names)
            {
                FollowHeader(type, name);
            }
        }
    }

    private void AddAll(IEnumerable<Unit> units)
    {
        foreach (var unit in units)
        {
            Add(unit);
        }
    }

    /// <summary>What can be called of a type without a name: by the language, the framework, or through what it is derived from.</summary>
    private IEnumerable<Unit> Called(SourceType type)
    {
        var contracts = type.Lineage.Where(t => t.IsInterface && !markings.IsBoundary(t)).SelectMany(t => t.Names)
            .ToHashSet(StringComparer.Ordinal);
        var foreign = type.Lineage.SelectMany(t => t.ForeignBases).ToArray();
        foreach (var owner in type.Lineage.Where(t => !markings.IsBoundary(t)))
        {
            foreach (var member in owner.Members)
            {
                var declared = member.Declared!;
                if (declared.IsImplicit || declared.IsPublicProperty || declared.IsExplicit
                    || (declared.IsOverride && !IsDeclaredAtBoundary(owner, member.Name))
                    || (declared.IsPublic && (contracts.Contains(member.Name) || ForeignInterfaces.MayCall(foreign, member.Name))))
                {
                    yield return member;
                }
            }
        }
    }

    private bool IsDeclaredAtBoundary(SourceType type, string name) =>
        type.Lineage.Any(t => markings.IsBoundary(t) && t.Names.Contains(name));

    private void Follow(Unit unit, UnitReferences references)
    {
        var isList = markings.IsList(unit);
        foreach (var type in references.Types)
        {
            if (isList && type != unit.Type && markings.OfPart(type) is { Count: > 0 } registries)
            {
                Registries.UnionWith(registries);
            }
            else
            {
                Add(type);
            }
        }

        foreach (var method in references.Extensions)
        {
            Add(method.Type);
            Add(method);
        }

        foreach (var (type, name) in references.Members)
        {
            if (!(isList && type != unit.Type && markings.OfPart(type).Count > 0) && scoped.Add((type, name)))
            {
                foreach (var owner in type.Lineage)
                {
                    Add(owner);
                    AddAll(owner.ByName[name]);
                    FollowHeader(owner, name);
                }
            }
        }

        foreach (var name in references.Names.Where(names.Add))
        {
            foreach (var type in Types.ToArray())
            {
                AddAll(type.ByName[name]);
                FollowHeader(type, name);
            }
        }
    }

    /// <summary>At the boundary, the type of a field or property that is named.</summary>
    private void FollowHeader(SourceType type, string name)
    {
        if (markings.IsBoundary(type) && type.Names.Contains(name))
        {
            FollowTypes(cache.OfHeaderMember(type, name));
        }
    }

    private void FollowTypes(UnitReferences references)
    {
        foreach (var type in references.Types)
        {
            Add(type);
        }
    }
}
