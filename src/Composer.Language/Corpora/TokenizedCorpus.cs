using Composer.Core;

namespace Composer.Language.Corpora;

/// <summary>A corpus that was tokenized before: trained on from its shards, which stay on the disk.</summary>
public static class TokenizedCorpus
{
    /// <param name="name">For people: as the user wrote it.</param>
    /// <param name="training">Paths of the token shards to train on, in order.</param>
    /// <param name="validation">Paths of those held out.</param>
    /// <param name="vocabulary">Tokens are below this.</param>
    /// <param name="content">As <see cref="PreparedCorpus.ContentDigest"/>.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A shard is damaged.</exception>
    public static PreparedCorpus Open(
        string name, IReadOnlyList<string> training, IReadOnlyList<string> validation, int vocabulary, Digest content)
    {
        var first = new TokenShards(name, training, vocabulary, withDocuments: false);
        try
        {
            var second = new TokenShards(name, validation, vocabulary, withDocuments: false);
            return new PreparedCorpus(name, first, second, null, vocabulary, content) { Files = [first, second] };
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }
}
