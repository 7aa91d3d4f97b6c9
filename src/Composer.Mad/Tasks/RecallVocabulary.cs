namespace Composer.Mad.Tasks;

/// <summary>How the plain and the noisy recall task divide their tokens: keys, values, noise, copy prefix.</summary>
/// <param name="Keys">Keys are 0 … Keys − 1.</param>
/// <param name="Values">Values follow the keys.</param>
/// <param name="Noise">Noise tokens follow the values.</param>
/// <param name="CopyPrefix">Stands before the probe where it is the only query.</param>
internal readonly record struct RecallVocabulary(int Keys, int Values, int Noise, int CopyPrefix)
{
    public int FirstValue => Keys;

    public int FirstNoise => Keys + Values;

    public static RecallVocabulary Of(MadTaskSettings settings)
    {
        var plain = settings.Vocabulary - settings.NoiseVocabulary - (settings.MultiQuery ? 0 : 1);
        return new RecallVocabulary(plain / 2, plain - (plain / 2), settings.NoiseVocabulary, settings.Vocabulary - 1);
    }
}
