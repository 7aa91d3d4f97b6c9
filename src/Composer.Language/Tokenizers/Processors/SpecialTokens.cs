namespace Composer.Language.Tokenizers.Processors;

/// <summary>The tokens that a tokenizer itself puts around a text (<c>post_processor</c>), where it is asked for them.</summary>
/// <param name="Before">In front of the text.</param>
/// <param name="After">Behind it.</param>
internal sealed record SpecialTokens(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    public static SpecialTokens None { get; } = new([], []);
}
