namespace Composer.Language.Tokenizers.Patterns;

/// <summary>A set of code points, with what it says of ASCII remembered.</summary>
internal sealed class CharacterSet
{
    private readonly Predicate<int> contains;
    private readonly bool[] ascii = new bool[128];

    /// <param name="contains">Asked of code points.</param>
    public CharacterSet(Predicate<int> contains)
    {
        this.contains = contains;
        for (var c = 0; c < ascii.Length; c++)
        {
            ascii[c] = contains(c);
        }
    }

    /// <summary>Whether a code point is in it.</summary>
    public bool Contains(int codePoint) => codePoint < 128 ? ascii[codePoint] : contains(codePoint);
}
