namespace Composer.Language.Inference;

/// <summary>How decoding is timed (Composer, section 9.4).</summary>
public sealed record InferenceSettings
{
    /// <summary>Lengths of prompt and output together.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [256];

    /// <summary>Sequences side by side.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [1];

    /// <summary>Part of a length that is prompt.</summary>
    public double PromptShare { get; init; } = 0.25;

    /// <summary>Decoded tokens of a sequence at most; null decodes up to the length.</summary>
    public int? MostDecoded { get; init; }

    /// <summary>Runs that are not counted.</summary>
    public int WarmUps { get; init; } = 3;

    /// <summary>Runs that are averaged.</summary>
    public int Repetitions { get; init; } = 5;
}
