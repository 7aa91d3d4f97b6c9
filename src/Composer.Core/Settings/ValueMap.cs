using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Composer.Core.Settings;

/// <summary>
/// An immutable table with keys that the user chooses, in ordinal order of the keys; equal to another when its
/// entries are; in JSON an object.
/// </summary>
[CollectionBuilder(typeof(ValueMap), nameof(ValueMap.Create))]
[JsonConverter(typeof(ValueMapConverter))]
public sealed class ValueMap<T> : IReadOnlyDictionary<string, T>, IEquatable<ValueMap<T>>, IValueMap
{
    private readonly ImmutableSortedDictionary<string, T> entries;

    /// <param name="entries">The entries, every key once.</param>
    public ValueMap(IEnumerable<KeyValuePair<string, T>> entries) =>
        this.entries = entries.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<T> Values => entries.Values;

    IEnumerable<(string Key, object Value)> IValueMap.Entries => entries.Select(entry => (entry.Key, (object)entry.Value!));

    public T this[string key] => entries[key];

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);

    public bool Equals(ValueMap<T>? other) => other is not null && entries.SequenceEqual(other.entries);

    public override bool Equals(object? obj) => Equals(obj as ValueMap<T>);

    public override int GetHashCode() => entries.Aggregate(entries.Count, HashCode.Combine);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes tables from collection expressions.</summary>
public static class ValueMap
{
    public static ValueMap<T> Create<T>(ReadOnlySpan<KeyValuePair<string, T>> entries) => new(entries.ToArray());
}
