using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>A corpus as training reads it: BOS, document, EOS, one document after the other.</summary>
/// <param name="Name">For people.</param>
/// <param name="Training">Tokens to train on.</param>
/// <param name="Validation">Tokens of the documents held out.</param>
/// <param name="Tokenizer">What made the tokens; null for shards whose tokenizer was not named.</param>
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
    /// <summary>The files behind the tokens, when there are any.</summary>
    internal IDisposable? Files { get; init; }

    /// <summary>Whether no file is read any more.</summary>
    public bool IsInMemory => Files is null;

    public void Dispose() => Files?.Dispose();
}
