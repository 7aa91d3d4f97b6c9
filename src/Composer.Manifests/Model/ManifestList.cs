using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Composer.Manifests.Model;

/// <summary>An immutable list that is equal to another when its items are, in order.</summary>
[CollectionBuilder(typeof(ManifestList), nameof(ManifestList.Create))]
public sealed class ManifestList<T> : IReadOnlyList<T>, IEquatable<ManifestList<T>>
{
    private readonly ImmutableArray<T> items;

    internal ManifestList(ImmutableArray<T> items) => this.items = items;

    public int Count => items.Length;

    public T this[int index] => items[index];

    public bool Equals(ManifestList<T>? other) => other is not null && items.SequenceEqual(other.items);

    public override bool Equals(object? obj) => Equals(obj as ManifestList<T>);

    public override int GetHashCode() => items.Aggregate(items.Length, HashCode.Combine);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists from collection expressions.</summary>
public static class ManifestList
{
    public static ManifestList<T> Create<T>(ReadOnlySpan<T> items) => new([.. items]);
}
