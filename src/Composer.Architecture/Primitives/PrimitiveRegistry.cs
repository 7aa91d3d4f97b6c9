using System.Diagnostics.CodeAnalysis;
using Composer.Core.Code;
using Composer.Core.Discovery;

namespace Composer.Architecture.Primitives;

/// <summary>
/// The primitives that layer orders may use, in registry order, which breaks ties everywhere: those that are searched
/// by default first, then by symbol.
/// </summary>
/// <remarks>Immutable and thread-safe. To add a primitive see <c>docs/architecture.md</c>.</remarks>
[ListsCodeParts]
public sealed class PrimitiveRegistry
{
    private static PrimitiveRegistry? all;

    private readonly Primitive[] primitives;

    private PrimitiveRegistry(Primitive[] primitives) => this.primitives = primitives;

    /// <summary>Every primitive that <see cref="Members"/> finds.</summary>
    public static PrimitiveRegistry Default
    {
        get
        {
            var members = Members.Of<Primitive>();
            var known = all;
            return known is not null && ReferenceEquals(known.Found, members) ? known : all = Discover(members);
        }
    }

    /// <summary>All of them, in registry order.</summary>
    public IReadOnlyList<Primitive> All => primitives;

    /// <summary>The symbols that a search chooses from which does not say what from.</summary>
    public IEnumerable<char> Searched => primitives.Where(primitive => primitive.IsSearchedByDefault).Select(primitive => primitive.Symbol);

    private IReadOnlyList<Primitive>? Found { get; init; }

    /// <exception cref="KeyNotFoundException">No primitive has this symbol.</exception>
    public Primitive this[char symbol] =>
        TryGet(symbol, out var primitive)
            ? primitive
            : throw new KeyNotFoundException($"No primitive '{symbol}'; there are {string.Join(", ", All)}.");

    /// <summary>Whether a primitive has this symbol.</summary>
    public bool TryGet(char symbol, [NotNullWhen(true)] out Primitive? primitive)
    {
        primitive = Array.Find(primitives, p => p.Symbol == symbol);
        return primitive is not null;
    }

    /// <summary>The place of a symbol in registry order, or -1.</summary>
    public int PlaceOf(char symbol) => Array.FindIndex(primitives, p => p.Symbol == symbol);

    /// <summary>This registry with one more primitive at its end.</summary>
    /// <exception cref="ArgumentException">The symbol is taken or no upper-case ASCII letter.</exception>
    public PrimitiveRegistry With(Primitive primitive)
    {
        if (!char.IsAsciiLetterUpper(primitive.Symbol) || TryGet(primitive.Symbol, out _))
        {
            throw new ArgumentException($"'{primitive.Symbol}' is taken or no upper-case letter.", nameof(primitive));
        }

        return new PrimitiveRegistry([.. primitives, primitive]);
    }

    private static PrimitiveRegistry Discover(IReadOnlyList<Primitive> members)
    {
        var registry = new PrimitiveRegistry([]);
        foreach (var primitive in members.OrderBy(p => p.IsSearchedByDefault ? 0 : 1).ThenBy(p => p.Symbol))
        {
            registry = registry.With(primitive);
        }

        return new PrimitiveRegistry(registry.primitives) { Found = members };
    }
}
