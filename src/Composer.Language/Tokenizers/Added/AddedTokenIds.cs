using Composer.Language.Tokenizers.Bpe;

namespace Composer.Language.Tokenizers.Added;

/// <summary>
/// The ids that Hugging Face's tokenizers gives to added tokens: the vocabulary's for one that is in it, the next free one
/// otherwise, whatever the file says.
/// </summary>
internal static class AddedTokenIds
{
    /// <summary>The first token whose id would be another, and that id; null where all keep theirs.</summary>
    /// <param name="added">In the order of the file.</param>
    /// <param name="vocabulary">Of the model.</param>
    public static (AddedToken Token, int Id)? FindOther(IReadOnlyList<AddedToken> added, BpeVocabulary vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Tokens[id] is { } token)
            {
                ids[token] = id;
            }
        }

        var (size, greatest) = (ids.Count, -1);
        foreach (var token in added)
        {
            if (!ids.TryGetValue(token.Content, out var id))
            {
                id = Math.Max(size, greatest + 1);
                ids[token.Content] = id;
            }

            greatest = Math.Max(greatest, id);
            if (id != token.Id)
            {
                return (token, id);
            }
        }

        return null;
    }
}
