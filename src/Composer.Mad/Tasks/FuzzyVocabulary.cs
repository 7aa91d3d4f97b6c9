namespace Composer.Mad.Tasks;

/// <summary>How the fuzzy recall task divides its tokens: keys, values, pad, copy prefix.</summary>
/// <param name="Keys">Keys are 0 … Keys − 1.</param>
/// <param name="Values">Values follow the keys.</param>
/// <param name="Pad">The token after the values.</param>
/// <param name="CopyPrefix">Stands before the probe where it is the only query; else no token.</param>
internal readonly record struct FuzzyVocabulary(int Keys, int Values, int Pad, int CopyPrefix)
{
    public int FirstValue => Keys;

    public static FuzzyVocabulary Of(MadTaskSettings settings)
    {
        var plain = settings.Vocabulary - (settings.MultiQuery ? 1 : 2);
        return new FuzzyVocabulary(plain / 2, plain - (plain / 2), plain, settings.Vocabulary - 1);
    }
}
