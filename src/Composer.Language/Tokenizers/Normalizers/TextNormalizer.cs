namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>What a tokenizer does to text before it is cut.</summary>
internal abstract class TextNormalizer
{
    /// <summary>All that it depends on, for the tokenizer's digest.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it can take characters away from the text's beginning.</summary>
    public virtual bool MovesStart => false;

    /// <param name="text">Without lone surrogates.</param>
    public abstract string Normalize(string text);
}
