using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Tasks;

/// <summary>The difficulty of one synthetic task. What a task has no use for is at its default.</summary>
/// <param name="Vocabulary">Number of tokens, the special ones included.</param>
/// <param name="Length">Nominal length; <see cref="MadTask.InputLength"/> says how long the inputs come out.</param>
/// <remarks>An immutable value; equal when every field is. <see cref="MadTask.Validate"/> says whether a task accepts it.</remarks>
public sealed record MadTaskSettings(int Vocabulary, int Length) : IReadsSelectively
{
    /// <summary>Noise tokens, taken from the vocabulary's end (noisy in-context recall).</summary>
    public int NoiseVocabulary { get; init; }

    /// <summary>Probability that a pair is replaced by two noise tokens (noisy in-context recall).</summary>
    public double NoiseFraction { get; init; }

    /// <summary>Tokens to copy (selective copying).</summary>
    public int Copy { get; init; }

    /// <summary>Greatest size of a motif (fuzzy in-context recall).</summary>
    public int Motif { get; init; }

    /// <summary>Whether answers are asked all along the sequence or at its end only (the recall tasks, k-hop).</summary>
    public bool MultiQuery { get; init; } = true;

    /// <summary>Pairs of a key and its value (mqar), or of a token and the one after it (k-hop).</summary>
    public int Pairs { get; init; }

    /// <summary>Steps along a chain of pairs (k-hop).</summary>
    public int Hops { get; init; }

    /// <summary>The group whose elements are multiplied (state tracking); null of other tasks.</summary>
    public StateGroup? Group { get; init; }

    /// <summary>The same at a multiple of the length.</summary>
    public MadTaskSettings Longer(int multiple) => this with { Length = checked(Length * multiple) };

    /// <summary>Knobs that no task of the paper has are in the keys of those tasks alone that have them.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. Pairs > 0 ? Array.Empty<string>() : [nameof(Pairs)],
        .. Hops > 0 ? Array.Empty<string>() : [nameof(Hops)],
    ];
}
