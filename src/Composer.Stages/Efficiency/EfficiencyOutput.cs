namespace Composer.Stages.Efficiency;

/// <summary>The output <c>efficiency.json</c>: what decoding keeps, which is the same every time.</summary>
public sealed record EfficiencyOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "efficiency.json";

    /// <summary>In the order of the inputs.</summary>
    public required IReadOnlyList<ModelCaches> Models { get; init; }
}

/// <summary>The caches of a model.</summary>
/// <param name="Model">Which.</param>
/// <param name="Caches">By length, in the order of the manifest.</param>
public sealed record ModelCaches(TimedModel Model, IReadOnlyList<CacheAtLength> Caches);

/// <summary>Keys and values of one sequence, as the engine allocates them.</summary>
/// <param name="Length">Prompt and decoded tokens together.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="BytesPerToken">Of one token.</param>
public sealed record CacheAtLength(int Length, long Bytes, long BytesPerToken);
