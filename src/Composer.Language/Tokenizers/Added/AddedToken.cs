namespace Composer.Language.Tokenizers.Added;

/// <summary>A token that is found in text as a whole, before the model sees it (<c>added_tokens</c>).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text; not empty.</param>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>Whether it marks something and is no text: decoding leaves it out.</summary>
    public bool IsSpecial { get; init; } = true;

    /// <summary>Whether no word's character may stand beside it.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Whether it takes the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes the white space after it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Whether it is looked for in the normalized text.</summary>
    public bool IsNormalized { get; init; }
}
