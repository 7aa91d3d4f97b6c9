namespace Composer.Language.Tokenizers.Decoders;

/// <summary>One step from the texts of tokens to the text that they stand for.</summary>
internal abstract class TokenDecoder
{
    /// <param name="tokens">At least one.</param>
    public abstract List<string> Decode(List<string> tokens);
}
