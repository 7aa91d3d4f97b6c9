using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture.Primitives;
using Composer.Core.Settings;

namespace Composer.Architecture;

/// <summary>The widths that every layer of a model shares, and what its primitives leave open.</summary>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="Heads">Query heads; divide <paramref name="Dim"/>, into an even head size.</param>
/// <param name="KvHeads">Key and value heads; divide <paramref name="Heads"/>.</param>
/// <param name="Hidden">Inner width of the SwiGLU MLP.</param>
/// <remarks>
/// An immutable value; equal when the four and the options are. An order with a shape completed for it
/// (<see cref="CompletedFor"/>) is an architecture's identity. <see cref="Validate"/> says whether it can be built.
/// </remarks>
public sealed record ModelShape(
    [property: Description("Width of the residual stream."), SettingRange(2, 65_536)] int Dim,
    [property: Description("Query heads; divide dim."), SettingRange(1, 1024)] int Heads,
    [property: Description("Key and value heads; divide heads."), SettingRange(1, 1024)] int KvHeads,
    [property: Description("Inner width of the SwiGLU MLP."), SettingRange(1, 1_048_576)] int Hidden)
{
    /// <summary>A shape whose widths are still to be given.</summary>
    public ModelShape()
        : this(0, 0, 0, 0)
    {
    }

    /// <summary>Values of the primitives' options; null for none, which is not written to JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PrimitiveOptions? Options { get; init => field = value is { IsEmpty: true } ? null : value; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => Dim / Heads;

    /// <summary>This with exactly the options that these symbols have; see <see cref="PrimitiveOptions.Complete"/>.</summary>
    /// <param name="symbols">An order's, or those of a search.</param>
    /// <param name="defaults">Which value an option takes that has none yet.</param>
    /// <param name="registry">The primitives; the default ones when null.</param>
    public ModelShape CompletedFor(IEnumerable<char> symbols, OptionDefaults defaults, PrimitiveRegistry? registry = null) =>
        this with { Options = PrimitiveOptions.Complete(Options, symbols, defaults, registry) };

    /// <summary>What is wrong with the shape, one sentence each; empty when nothing is.</summary>
    /// <param name="registry">The primitives that may have options; the default ones when null.</param>
    public IReadOnlyList<string> Validate(PrimitiveRegistry? registry = null)
    {
        List<string> mistakes = [.. Options?.Validate(registry) ?? []];
        if (Dim < 1 || Heads < 1 || KvHeads < 1 || Hidden < 1)
        {
            mistakes.Add("dim, heads, kv_heads and hidden must be at least 1.");
            return mistakes;
        }

        if (Dim % Heads != 0)
        {
            mistakes.Add($"heads ({Heads}) must divide dim ({Dim}).");
        }
        else if (HeadSize % 2 != 0)
        {
            mistakes.Add($"the head size, dim / heads = {HeadSize}, must be even: RoPE rotates pairs.");
        }

        if (Heads % KvHeads != 0)
        {
            mistakes.Add($"kv_heads ({KvHeads}) must divide heads ({Heads}).");
        }

        if (mistakes.Count == 0 && Options is { } options)
        {
            registry ??= PrimitiveRegistry.Default;
            mistakes.AddRange(options.All.Select(option => option.Symbol).Distinct().SelectMany(symbol => registry[symbol].Mistakes(this)));
        }

        return mistakes;
    }
}
