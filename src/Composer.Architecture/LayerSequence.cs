using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture;

/// <summary>
/// An order of layers, each named by its primitive's symbol: <c>AAMMMM</c>, in the paper's notation
/// <c>2A+4M</c>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe; equal when the letters are, whatever notation they were read from. The
/// letters are the canonical form that enters keys. Never empty.
/// </remarks>
[JsonConverter(typeof(TextConverter<LayerSequence>))]
public sealed partial class LayerSequence : IEquatable<LayerSequence>, IReadOnlyList<char>, IParsable<LayerSequence>
{
    private readonly string symbols;

    private LayerSequence(string symbols) => this.symbols = symbols;

    /// <summary>The number of layers.</summary>
    public int Count => symbols.Length;

    /// <summary>The symbol of a layer, counted from the input.</summary>
    public char this[int index] => symbols[index];

    public static bool operator ==(LayerSequence? left, LayerSequence? right) => Equals(left, right);

    public static bool operator !=(LayerSequence? left, LayerSequence? right) => !Equals(left, right);

    /// <summary>Layers from the input to the output.</summary>
    /// <exception cref="ArgumentException">
    /// Empty, longer than <see cref="MaximumLayers"/>, or a symbol is no upper-case ASCII letter.
    /// </exception>
    public static LayerSequence FromSymbols(IEnumerable<char> symbols)
    {
        var text = string.Concat(symbols);
        if (text.Length == 0 || !text.All(char.IsAsciiLetterUpper))
        {
            throw new ArgumentException($"'{text}' is no order of layers: upper-case letters are.", nameof(symbols));
        }

        if (text.Length > MaximumLayers)
        {
            throw new ArgumentException($"{text.Length} layers are more than {MaximumLayers}.", nameof(symbols));
        }

        return new LayerSequence(text);
    }

    static LayerSequence IParsable<LayerSequence>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<LayerSequence>.TryParse(string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out LayerSequence result) =>
        TryParse(s, out result, out _);

    /// <summary>How many layers have this symbol.</summary>
    public int CountOf(char symbol) => symbols.AsSpan().Count(symbol);

    public bool Equals([NotNullWhen(true)] LayerSequence? other) => other is not null && symbols == other.symbols;

    public override bool Equals(object? obj) => Equals(obj as LayerSequence);

    public override int GetHashCode() => string.GetHashCode(symbols, StringComparison.Ordinal);

    public IEnumerator<char> GetEnumerator() => symbols.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The canonical letters, one a layer.</summary>
    public override string ToString() => symbols;
}
