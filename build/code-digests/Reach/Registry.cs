using Composer.CodeDigests.Model;

namespace Composer.CodeDigests.Reach;

/// <summary>Things of which a computation uses some, by name: tasks, primitives, engines.</summary>
/// <param name="Id">Its name in the table: the base's, or the kind.</param>
/// <param name="Kind">What keys call it; several registries may be of one kind.</param>
/// <param name="Base">What its parts derive from; null when they are members that say so themselves.</param>
/// <param name="NamedBy">The property that names a part.</param>
internal sealed record Registry(string Id, string Kind, SourceType? Base, string? NamedBy)
{
    /// <summary>By name: types, or members of types.</summary>
    public SortedDictionary<string, List<(SourceType Type, Unit? Member)>> Parts { get; } = new(StringComparer.Ordinal);

    public void Add(string name, SourceType type, Unit? member)
    {
        if (!Parts.TryGetValue(name, out var parts))
        {
            Parts[name] = parts = [];
        }

        parts.Add((type, member));
    }

    public bool Equals(Registry? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
