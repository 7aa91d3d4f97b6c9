using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Composer.Manifests.Model;

/// <summary>
/// An immutable table with keys that the user chooses, in ordinal order of the keys; equal to another
/// when its entries are.
/// </summary>
[CollectionBuilder(typeof(ManifestMap), nameof(ManifestMap.Create))]
public sealed class ManifestMap<T> : IReadOnlyCollection<KeyValuePair<string, T>>, IEquatable<ManifestMap<T>>
{
    private readonly ImmutableSortedDictionary<string, T> entries;

    internal ManifestMap(ImmutableSortedDictionary<string, T> entries) => this.entries = entries;

    public int Count => entries.Count;

    public bool TryGetValue(string key, out T? value) => entries.TryGetValue(key, out value);

    public bool Equals(ManifestMap<T>? other) => other is not null && entries.SequenceEqual(other.entries);

    public override bool Equals(object? obj) => Equals(obj as ManifestMap<T>);

    public override int GetHashCode() => entries.Aggregate(entries.Count, HashCode.Combine);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes tables from collection expressions.</summary>
public static class ManifestMap
{
    public static ManifestMap<T> Create<T>(ReadOnlySpan<KeyValuePair<string, T>> entries) =>
        new(entries.ToArray().ToImmutableSortedDictionary(StringComparer.Ordinal));
}
