using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Bench.Ranks;

/// <summary>A model whose training <c>bench ranks</c> shares.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Layers">Its order.</param>
/// <param name="Shape">Its widths.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Length">Tokens of a sequence.</param>
/// <param name="Sequences">Of a step, of all ranks.</param>
internal sealed record RankSize(string Name, string Layers, ModelShape Shape, int Vocabulary, int Length, int Sequences)
{
    /// <summary>From one that is small enough for the caches to one whose gradient is not.</summary>
    public static IReadOnlyList<RankSize> All { get; } =
    [
        new("small", "AAMMMM", new ModelShape(Dim: 128, Heads: 8, KvHeads: 4, Hidden: 256), 1024, 128, 32),
        new("middle", "AAMMMMMAAMMMAMMM", new ModelShape(Dim: 256, Heads: 8, KvHeads: 8, Hidden: 688), 4096, 256, 8),
        new("large", "AAMMMM", new ModelShape(Dim: 768, Heads: 12, KvHeads: 12, Hidden: 2048), 8192, 256, 4),
    ];

    public ModelConfiguration Configuration => new(LayerSequence.Parse(Layers), Shape, Vocabulary, Length);
}
