using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Architecture.Primitives;

/// <summary>Values of primitives' options, by symbol and name: <c>{"W":{"window":16}}</c>.</summary>
/// <remarks>
/// Immutable and thread-safe; equal when symbols, names and values are. Sorted by symbol, then by name, ordinally:
/// <see cref="ToString"/> is canonical and may enter keys. <see cref="Validate"/> says whether the values can be.
/// </remarks>
[JsonConverter(typeof(PrimitiveOptionsConverter))]
public sealed class PrimitiveOptions : IEquatable<PrimitiveOptions>
{
    private readonly ImmutableSortedDictionary<(char Symbol, string Name), int> values;

    private PrimitiveOptions(ImmutableSortedDictionary<(char Symbol, string Name), int> values) => this.values = values;

    /// <summary>No value at all.</summary>
    public static PrimitiveOptions Empty { get; } = new(
        ImmutableSortedDictionary.Create<(char Symbol, string Name), int>(Comparer<(char Symbol, string Name)>.Create(Compare)));

    /// <summary>Whether there is no value.</summary>
    public bool IsEmpty => values.IsEmpty;

    /// <summary>Every value, by symbol and name.</summary>
    public IEnumerable<(char Symbol, string Name, int Value)> All => values.Select(pair => (pair.Key.Symbol, pair.Key.Name, pair.Value));

    public static bool operator ==(PrimitiveOptions? left, PrimitiveOptions? right) => Equals(left, right);

    public static bool operator !=(PrimitiveOptions? left, PrimitiveOptions? right) => !Equals(left, right);

    /// <summary>
    /// The options that an order of these symbols has: the given values, else the defaults; none of other symbols, and
    /// given values of theirs that no primitive has stay, for <see cref="Validate"/> to tell.
    /// </summary>
    /// <param name="given">Values that were asked for; null for none.</param>
    /// <param name="symbols">An order's, or those of a search.</param>
    /// <param name="defaults">Which defaults.</param>
    /// <param name="registry">The primitives; the default ones when null. A symbol that it lacks has no option.</param>
    /// <returns>Null when the symbols have none.</returns>
    public static PrimitiveOptions? Complete(
        PrimitiveOptions? given, IEnumerable<char> symbols, OptionDefaults defaults, PrimitiveRegistry? registry = null)
    {
        registry ??= PrimitiveRegistry.Default;
        var all = Empty.values.ToBuilder();
        foreach (var symbol in symbols.Distinct())
        {
            if (registry.TryGet(symbol, out var primitive))
            {
                all.AddRange(primitive.Options.Select(option => KeyValuePair.Create((symbol, option.Name), option.Default(defaults))));
            }

            foreach (var (key, value) in given?.values.Where(pair => pair.Key.Symbol == symbol) ?? [])
            {
                all[key] = value;
            }
        }

        return all.Count == 0 ? null : new PrimitiveOptions(all.ToImmutable());
    }

    /// <summary>These with one value set.</summary>
    public PrimitiveOptions With(char symbol, string name, int value) => new(values.SetItem((symbol, name), value));

    /// <summary>The value of an option, or null where it has none here.</summary>
    public int? Of(char symbol, string name) => values.TryGetValue((symbol, name), out var value) ? value : null;

    /// <summary>What is wrong with the values, one sentence each; empty when nothing is.</summary>
    /// <param name="registry">The primitives; the default ones when null.</param>
    public IReadOnlyList<string> Validate(PrimitiveRegistry? registry = null)
    {
        registry ??= PrimitiveRegistry.Default;
        return [.. All.Select(value => Mistake(registry, value.Symbol, value.Name, value.Value)).OfType<string>()];
    }

    public bool Equals(PrimitiveOptions? other) => other is not null && values.SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as PrimitiveOptions);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (symbol, name, value) in All)
        {
            hash.Add(symbol);
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Such as <c>{"W":{"window":16}}</c>, canonical.</summary>
    public override string ToString() => JsonSerializer.Serialize(this);

    private static int Compare((char Symbol, string Name) a, (char Symbol, string Name) b) =>
        a.Symbol != b.Symbol ? a.Symbol.CompareTo(b.Symbol) : string.CompareOrdinal(a.Name, b.Name);

    private static string? Mistake(PrimitiveRegistry registry, char symbol, string name, int value)
    {
        if (!registry.TryGet(symbol, out var primitive))
        {
            return $"there is no primitive '{symbol}' to have an option '{name}'; there are {string.Join(", ", registry.All)}.";
        }

        var option = primitive.Options.FirstOrDefault(o => o.Name == name);
        return option is null
            ? $"{symbol} has no option '{name}'; {Known(primitive)}."
            : value < option.Least || value > option.Most
                ? FormattableString.Invariant($"{name} of {symbol} ({value}) must be between {option.Least} and {option.Most}.")
                : null;
    }

    private static string Known(Primitive primitive) => primitive.Options.Count == 0
        ? "it has none"
        : $"it has {string.Join(", ", primitive.Options.Select(option => option.Name))}";
}
