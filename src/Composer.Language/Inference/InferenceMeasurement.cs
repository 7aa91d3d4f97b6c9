namespace Composer.Language.Inference;

/// <summary>How fast a model reads prompts and decodes.</summary>
/// <param name="Length">Tokens of prompt and output, of each sequence.</param>
/// <param name="Batch">Sequences side by side.</param>
/// <param name="PromptTokens">Of a length, the prompt.</param>
/// <param name="DecodedTokens">Of a length, what was decoded.</param>
/// <param name="CacheBytesPerToken">Keys and values, as the engine really keeps them.</param>
/// <param name="CacheBytes">The same for all sequences at this length, as allocated.</param>
/// <param name="PromptTokensPerSecond">While reading the prompts, all sequences together.</param>
/// <param name="DecodeTokensPerSecond">While decoding, all sequences together.</param>
/// <param name="MillisecondsPerToken">Mean latency of a decoded token: the time of one step.</param>
/// <param name="Repetitions">Runs that were averaged.</param>
/// <param name="Runs">The runs' own times, in their order.</param>
public sealed record InferenceMeasurement(
    int Length,
    int Batch,
    int PromptTokens,
    int DecodedTokens,
    long CacheBytesPerToken,
    long CacheBytes,
    double PromptTokensPerSecond,
    double DecodeTokensPerSecond,
    double MillisecondsPerToken,
    int Repetitions,
    IReadOnlyList<InferenceTimes> Runs);

/// <summary>The times of one run.</summary>
/// <param name="PromptSeconds">Of reading all prompts.</param>
/// <param name="SecondsPerToken">Mean latency of a decoded token.</param>
public readonly record struct InferenceTimes(double PromptSeconds, double SecondsPerToken);
