namespace Composer.Stages.Efficiency;

/// <summary>Measured beside the caches: decoding and training; <c>timings.json</c>.</summary>
public sealed record EfficiencyTimings
{
    public const string Name = "timings.json";

    public required int Threads { get; init; }

    /// <summary>In the order of the inputs.</summary>
    public required IReadOnlyList<ModelTimings> Models { get; init; }

    /// <summary>Of a model; null when it was not timed.</summary>
    public ModelTimings? Of(TimedModel model) => Models.FirstOrDefault(timed => timed.Model == model);
}

/// <summary>The timings of a model, which were taken in turns with those of the others.</summary>
/// <param name="Model">Which.</param>
/// <param name="Points">By length, in the order of the manifest.</param>
public sealed record ModelTimings(TimedModel Model, IReadOnlyList<EfficiencyPoint> Points)
{
    /// <summary>Null of a model that came trained.</summary>
    public TrainingTimings? Training { get; init; }
}

/// <summary>Steps of training: forward, backward and update of one batch.</summary>
/// <param name="Tokens">Of one step.</param>
/// <param name="Length">Tokens of each sequence of it.</param>
/// <param name="TokensPerSecond">The median of the rounds.</param>
/// <param name="SecondsPerStep">The median of the rounds.</param>
/// <param name="Rounds">Seconds of the step in each round.</param>
public sealed record TrainingTimings(
    int Tokens, int Length, double TokensPerSecond, double SecondsPerStep, IReadOnlyList<double> Rounds);

/// <summary>Decoding at one length, a quarter of it the prompt (Composer, section 9.4).</summary>
/// <param name="Length">Prompt and decoded tokens together.</param>
/// <param name="CacheBytesPerToken">What the engine allocates for keys and values.</param>
/// <param name="PromptTokensPerSecond">While the prompt is read: the median of the rounds.</param>
/// <param name="DecodeTokensPerSecond">While tokens are decoded one by one: the median of the rounds.</param>
/// <param name="SecondsPerToken">Latency of one decoded token: the median of the rounds.</param>
/// <param name="Rounds">The latency in each round, in seconds.</param>
public sealed record EfficiencyPoint(
    int Length,
    long CacheBytesPerToken,
    double PromptTokensPerSecond,
    double DecodeTokensPerSecond,
    double SecondsPerToken,
    IReadOnlyList<double> Rounds);
