using System.Collections.Immutable;
using System.ComponentModel;
using Composer.Architecture;
using Composer.Core.Settings;

namespace Composer.Search.Constraints;

/// <summary>Which candidates a search may try at all; what is not given is not bounded.</summary>
public sealed record SearchConstraints
{
    [Description("Parameters of the layers at most, norms included, embedding not."), SettingRange(1, 1e15)]
    public double? MaxParameters { get; init; }

    [Description("Training operations per token at most, forward and backward, of the layers."), SettingRange(1, 1e18)]
    public double? MaxFlops { get; init; }

    [Description("Tokens of a sequence, for max_flops and for what a primitive keeps while decoding."), SettingRange(1, 131_072)]
    public int Length { get; init; } = 128;

    [Description("Bytes of KV cache per token at most, in bf16; 0 allows no attention."), SettingRange(0, 1e12)]
    public double? MaxKvCache { get; init; }

    [Description("The least share of the layers, by primitive: { A = 0.25 }."), SettingRange(0, 1)]
    public ValueMap<double> MinShare { get; init; } = [];

    [Description("The greatest share of the layers, by primitive."), SettingRange(0, 1)]
    public ValueMap<double> MaxShare { get; init; } = [];

    /// <summary>The bounds for candidates of this shape, their embedding left out.</summary>
    public CostConstraint For(ModelShape shape) => new(
        shape, Vocabulary: 0, Length, (long?)MaxParameters, (long?)MaxFlops, (long?)MaxKvCache, BySymbol(MinShare), BySymbol(MaxShare));

    private static ImmutableSortedDictionary<char, double> BySymbol(ValueMap<double> shares) =>
        shares.ToImmutableSortedDictionary(share => share.Key[0], share => share.Value);
}
