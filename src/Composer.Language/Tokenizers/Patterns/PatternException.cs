namespace Composer.Language.Tokenizers.Patterns;

/// <summary>A pattern has a part that is not implemented here, or none that there is.</summary>
/// <param name="message">Names the part.</param>
internal sealed class PatternException(string message) : Exception(message);
