namespace Composer.Language.Inference;

/// <summary>How fast a model reads a prompt and decodes, one sequence at a time.</summary>
/// <param name="Length">Tokens of prompt and output.</param>
/// <param name="PromptTokens">Of these, the prompt.</param>
/// <param name="CacheBytesPerToken">Keys and values, as the engine really keeps them.</param>
/// <param name="PromptTokensPerSecond">While reading the prompt.</param>
/// <param name="DecodeTokensPerSecond">While decoding.</param>
/// <param name="MillisecondsPerToken">Mean latency of a decoded token.</param>
/// <param name="Repetitions">Runs that were averaged.</param>
public sealed record InferenceMeasurement(
    int Length,
    int PromptTokens,
    long CacheBytesPerToken,
    double PromptTokensPerSecond,
    double DecodeTokensPerSecond,
    double MillisecondsPerToken,
    int Repetitions);
