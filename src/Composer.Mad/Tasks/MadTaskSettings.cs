namespace Composer.Mad.Tasks;

/// <summary>The difficulty of one synthetic task. What a task has no use for is at its default.</summary>
/// <param name="Vocabulary">Number of tokens, the special ones included.</param>
/// <param name="Length">Nominal length; <see cref="MadTask.InputLength"/> says how long the inputs come out.</param>
/// <remarks>An immutable value; equal when every field is. <see cref="MadTask.Validate"/> says whether a task accepts it.</remarks>
public sealed record MadTaskSettings(int Vocabulary, int Length)
{
    /// <summary>Noise tokens, taken from the vocabulary's end (noisy in-context recall).</summary>
    public int NoiseVocabulary { get; init; }

    /// <summary>Probability that a pair is replaced by two noise tokens (noisy in-context recall).</summary>
    public double NoiseFraction { get; init; }

    /// <summary>Tokens to copy (selective copying).</summary>
    public int Copy { get; init; }

    /// <summary>Greatest size of a motif (fuzzy in-context recall).</summary>
    public int Motif { get; init; }

    /// <summary>Whether answers are asked all along the sequence or at its end only (the recall tasks).</summary>
    public bool MultiQuery { get; init; } = true;
}
