using Composer.Bench.Measuring;

namespace Composer.Bench.Tokenizer;

/// <summary>How fast a tokenizer was.</summary>
/// <param name="Name">Of the tokenizer.</param>
/// <param name="Threads">Between which the documents were shared out.</param>
/// <param name="MegabytesPerSecond">Of UTF-8, one figure a round.</param>
/// <param name="MegabytesPerProcessorSecond">
/// The same by the processor time of all threads, which other work on the machine does not lower: threads that stand in each other's
/// way show in it.
/// </param>
/// <param name="Tokens">Of the whole text.</param>
/// <param name="OtherDocuments">How many documents have other tokens than the first tokenizer gives them.</param>
internal sealed record TokenizerSpeed(
    string Name,
    int Threads,
    RepeatedFigure MegabytesPerSecond,
    RepeatedFigure MegabytesPerProcessorSecond,
    long Tokens,
    int OtherDocuments);
