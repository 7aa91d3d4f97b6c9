namespace Composer.Mad.Tasks;

/// <summary>How the needle task divides its tokens: filler, keys, values; the last one is the mark.</summary>
/// <param name="Filler">0 … Filler − 1.</param>
/// <param name="Keys">Follow the filler.</param>
/// <param name="Values">Follow the keys.</param>
internal readonly record struct NeedleVocabulary(int Filler, int Keys, int Values)
{
    public static NeedleVocabulary Of(MadTaskSettings settings)
    {
        var plain = settings.Vocabulary - 1;
        var pair = plain - (plain / 2);
        return new NeedleVocabulary(plain / 2, pair / 2, pair - (pair / 2));
    }
}
