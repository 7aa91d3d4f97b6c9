using Composer.Core;

namespace Composer.Stages.Tokenize;

/// <summary>All that a tokenization sees.</summary>
/// <param name="Seed">Of generated stories, and of which documents are taken and held out.</param>
/// <param name="Corpus">How many documents, and the vocabulary of a tokenizer that is trained.</param>
/// <param name="Input">The text and the tokenizer.</param>
public sealed record TokenizeInputs(Seed Seed, DocumentSettings Corpus, TokenizeContent Input);

/// <param name="Source">The digest of corpus and tokenizer: where they lie is not in the key.</param>
public sealed record TokenizeContent(Digest Source);
