using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>A corpus as training reads it: BOS, document, EOS, one document after the other.</summary>
/// <param name="Name">For people.</param>
/// <param name="Training">Tokens to train on.</param>
/// <param name="Validation">Tokens of the documents held out.</param>
/// <param name="Tokenizer">What made the tokens; null for shards whose tokenizer was not named, and for what was tokenized before.</param>
/// <param name="Vocabulary">Tokens are below this.</param>
/// <param name="ContentDigest">The same for two corpora with the same tokens in the same order and split.</param>
public sealed record PreparedCorpus(
    string Name,
    ITokenSource Training,
    ITokenSource Validation,
    ITokenizer? Tokenizer,
    int Vocabulary,
    Digest ContentDigest) : IDisposable
{
    /// <summary>The files behind the tokens.</summary>
    internal IReadOnlyList<TokenShards> Files { get; init; } = [];

    public void Dispose()
    {
        foreach (var files in Files)
        {
            files.Dispose();
        }
    }

    /// <summary>Looks whether there is a sequence to train on and a token to be validated on, of which a loss can be the mean.</summary>
    /// <param name="length">Tokens of a sequence.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">There is not.</exception>
    public void CheckLength(int length) => CorpusLength.Check(Name, Training.Count, Validation.Count, length);
}
