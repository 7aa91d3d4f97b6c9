namespace Composer.Mad.Tasks;

/// <summary>What a user changes of a task's default settings; null keeps the default.</summary>
public sealed record MadTaskKnobs
{
    public int? Vocabulary { get; init; }

    public int? Length { get; init; }

    public int? NoiseVocabulary { get; init; }

    public double? NoiseFraction { get; init; }

    public int? Copy { get; init; }

    public int? Motif { get; init; }

    public bool? MultiQuery { get; init; }
}
