namespace Composer.Stages.Efficiency;

/// <summary>Measured beside the caches; <c>timings.json</c>.</summary>
public sealed record EfficiencyTimings
{
    public const string Name = "timings.json";

    public required int Threads { get; init; }

    public required IReadOnlyList<EfficiencyPoint> Points { get; init; }
}

/// <summary>Decoding at one length, a quarter of it the prompt (Composer, section 9.4).</summary>
/// <param name="Length">Prompt and decoded tokens together.</param>
/// <param name="CacheBytesPerToken">What the engine allocates for keys and values.</param>
/// <param name="PromptTokensPerSecond">While the prompt is read.</param>
/// <param name="DecodeTokensPerSecond">While tokens are decoded one by one.</param>
/// <param name="SecondsPerToken">Latency of one decoded token.</param>
public sealed record EfficiencyPoint(
    int Length, long CacheBytesPerToken, double PromptTokensPerSecond, double DecodeTokensPerSecond, double SecondsPerToken);
