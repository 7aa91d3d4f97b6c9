namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>One of the steps between a normalized text and the pieces that the model merges within.</summary>
internal abstract class PreTokenizerStep
{
    /// <summary>All that it depends on, for the tokenizer's digest.</summary>
    public abstract string Description { get; }

    public abstract void Apply(PreTokenizedText text);
}
