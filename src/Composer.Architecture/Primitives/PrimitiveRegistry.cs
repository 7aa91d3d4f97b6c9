using System.Diagnostics.CodeAnalysis;
using Composer.Core.Code;

namespace Composer.Architecture.Primitives;

/// <summary>
/// The primitives that layer orders may use, in registry order, which breaks ties everywhere.
/// </summary>
/// <remarks>Immutable and thread-safe. To add a primitive see <c>docs/architecture.md</c>, "A third primitive".</remarks>
[ListsCodeParts]
public sealed class PrimitiveRegistry
{
    private readonly Primitive[] primitives;

    private PrimitiveRegistry(Primitive[] primitives) => this.primitives = primitives;

    /// <summary>
    /// Every primitive of this assembly: attention (A) and MLP (M) first, then by symbol. A new class is found
    /// by itself.
    /// </summary>
    public static PrimitiveRegistry Default { get; } = Discover();

    /// <summary>All of them, in registry order.</summary>
    public IReadOnlyList<Primitive> All => primitives;

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

    private static PrimitiveRegistry Discover() => new(
    [
        .. typeof(Primitive).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract)
            .Select(type => (Primitive)Activator.CreateInstance(type)!)
            .OrderBy(p => p is AttentionPrimitive ? 0 : p is MlpPrimitive ? 1 : 2)
            .ThenBy(p => p.Symbol),
    ]);
}
