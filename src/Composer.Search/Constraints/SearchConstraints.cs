using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Core.Settings;

namespace Composer.Search.Constraints;

/// <summary>Which candidates a search may try at all; what is not given is not bounded.</summary>
public sealed record SearchConstraints : IReadsSelectively
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

    [Description("Layers of a primitive at least: { A = 1 }."), SettingRange(0, 64)]
    public ValueMap<int> LeastLayers { get; init; } = [];

    [Description("Layers of a primitive at most: { S = 2, E = 1 }."), SettingRange(0, 64)]
    public ValueMap<int> MostLayers { get; init; } = [];

    /// <summary>Numbers of layers that bound nothing: they came later than the other bounds, which are in every key.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. LeastLayers.Count == 0 ? [nameof(LeastLayers)] : Array.Empty<string>(),
        .. MostLayers.Count == 0 ? [nameof(MostLayers)] : Array.Empty<string>(),
    ];

    /// <summary>The bounds for candidates of this shape, their embedding left out.</summary>
    public CostConstraint For(ModelShape shape) => new(
        shape, Vocabulary: 0, Length, (long?)MaxParameters, (long?)MaxFlops, (long?)MaxKvCache, BySymbol(MinShare), BySymbol(MaxShare))
    {
        LeastLayers = BySymbol(LeastLayers),
        MostLayers = BySymbol(MostLayers),
    };

    private static ImmutableSortedDictionary<char, T> BySymbol<T>(ValueMap<T> bounds) =>
        bounds.ToImmutableSortedDictionary(bound => bound.Key[0], bound => bound.Value);
}
