namespace Composer.Mad.Tasks;

/// <summary>The difficulty settings that only some tasks have.</summary>
[Flags]
public enum MadKnob
{
    None = 0,
    NoiseVocabulary = 1,
    NoiseFraction = 2,
    Copy = 4,
    Motif = 8,
    MultiQuery = 16,
    Pairs = 32,
    Hops = 64,
    Group = 128,
}
