using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Costs;

namespace Composer.Stages.Extrapolate;

/// <summary>The output <c>architecture.json</c>: a large order with its widths and costs.</summary>
public sealed record ArchitectureOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "architecture.json";

    /// <summary>Bytes of a cached value when a large model serves: bf16.</summary>
    public const int CacheBytesPerValue = 2;

    /// <summary>The large order.</summary>
    public required LayerSequence Architecture { get; init; }

    public required string Notation { get; init; }

    public required int Layers { get; init; }

    public required ModelShape Shape { get; init; }

    /// <summary>Parameters of the layers without norms and embedding, as the paper counts sizes.</summary>
    public required long LayerParameters { get; init; }

    /// <summary>Of <see cref="LayerParameters"/> those that a token goes through; null where that is all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ActiveLayerParameters { get; init; }

    /// <summary>What each token of a long sequence adds to keys and values, in bf16.</summary>
    public required long KvBytesPerToken { get; init; }

    /// <summary>What is kept of a long sequence whatever its length, in bf16: full windows, and states.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ConstantCacheBytes { get; init; }

    /// <summary>The small order that it grew from; null for a baseline.</summary>
    public LayerSequence? Small { get; init; }

    /// <summary>The rule with its numbers.</summary>
    public string? Explanation { get; init; }

    public string? Warning { get; init; }

    public static ArchitectureOutput Of(LayerSequence layers, ModelShape shape)
    {
        var costs = ArchitectureCosts.Of(layers, shape, vocabulary: 0);
        return new ArchitectureOutput
        {
            Architecture = layers,
            Notation = layers.Notation,
            Layers = layers.Count,
            Shape = shape,
            LayerParameters = costs.LayerParameters,
            ActiveLayerParameters = costs.ActiveLayerParameters < costs.LayerParameters ? costs.ActiveLayerParameters : null,
            KvBytesPerToken = costs.KvCacheBytesPerToken(CacheBytesPerValue),
            ConstantCacheBytes = costs.ConstantCacheBytes(CacheBytesPerValue),
        };
    }
}
