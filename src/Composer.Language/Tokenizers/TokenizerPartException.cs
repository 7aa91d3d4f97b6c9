namespace Composer.Language.Tokenizers;

/// <summary>A part of a tokenizer's file is not implemented here, or does not fit the others.</summary>
/// <param name="message">Names the part.</param>
/// <param name="remedy">How to mend it; null where another tokenizer is the only remedy.</param>
internal sealed class TokenizerPartException(string message, string? remedy = null) : Exception(message)
{
    /// <summary>How to mend it; null where another tokenizer is the only remedy.</summary>
    public string? Remedy => remedy;
}
