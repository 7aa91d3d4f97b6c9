namespace Composer.Architecture.Presets;

/// <summary>A published size with its widths (Composer, Table 3).</summary>
/// <param name="Name"><c>350M</c>, <c>1B</c> or <c>3B</c>.</param>
/// <param name="Parameters">The nominal size M, without norms and embedding.</param>
/// <param name="Shape">The widths, those of Llama 3.2.</param>
/// <param name="Depth">Layers of Llama 3.2 at this size; orders of this depth are not extrapolated.</param>
public sealed record SizePreset(string Name, long Parameters, ModelShape Shape, int Depth)
{
    /// <summary>Tokens of Llama 3's vocabulary, which every size uses.</summary>
    public const int Vocabulary = 128_256;

    /// <summary>All sizes, ascending.</summary>
    public static IReadOnlyList<SizePreset> All { get; } =
    [
        new("350M", 350_000_000, new ModelShape(Dim: 1536, Heads: 24, KvHeads: 8, Hidden: 4096), Depth: 28),
        new("1B", 1_000_000_000, new ModelShape(Dim: 2048, Heads: 32, KvHeads: 8, Hidden: 8192), Depth: 32),
        new("3B", 3_000_000_000, new ModelShape(Dim: 3072, Heads: 24, KvHeads: 8, Hidden: 8192), Depth: 56),
    ];

    /// <summary>The model that the search trains its candidates in, six layers deep in the paper.</summary>
    /// <remarks>Not printed: deduced from seventeen parameter counts, which fit an inner width of 172.</remarks>
    public static ModelShape SmallShape { get; } = new(Dim: 128, Heads: 16, KvHeads: 16, Hidden: 172);
}
