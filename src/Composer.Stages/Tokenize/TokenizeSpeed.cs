namespace Composer.Stages.Tokenize;

/// <summary>Measured beside a tokenization; <c>timings.json</c>.</summary>
public sealed record TokenizeSpeed
{
    public const string Name = "timings.json";

    public required double Seconds { get; init; }

    /// <summary>Of text in UTF-8, with the training of a tokenizer where there was one.</summary>
    public required double BytesPerSecond { get; init; }

    public required int Threads { get; init; }
}
