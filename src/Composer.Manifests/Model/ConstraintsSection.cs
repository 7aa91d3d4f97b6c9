using System.ComponentModel;

namespace Composer.Manifests.Model;

/// <summary>Which candidates a search may try at all; what is not given is not bounded.</summary>
public sealed record ConstraintsSection
{
    [Description("Parameters of the layers at most, norms included, embedding not."), ManifestRange(1, 1e15)]
    public double? MaxParameters { get; init; }

    [Description("Training operations per token at most, forward and backward, of the layers."), ManifestRange(1, 1e18)]
    public double? MaxFlops { get; init; }

    [Description("Tokens of a sequence, for max_flops."), ManifestRange(1, 131_072)]
    public int Length { get; init; } = 128;

    [Description("Bytes of KV cache per token at most, in bf16; 0 allows no attention."), ManifestRange(0, 1e12)]
    public double? MaxKvCache { get; init; }

    [Description("The least share of the layers, by primitive: { A = 0.25 }."), ManifestRange(0, 1)]
    public ManifestMap<double> MinShare { get; init; } = [];

    [Description("The greatest share of the layers, by primitive."), ManifestRange(0, 1)]
    public ManifestMap<double> MaxShare { get; init; } = [];
}
