using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.Decoders;
using Composer.Language.Tokenizers.Normalizers;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Language.Tokenizers.Processors;

namespace Composer.Language.Tokenizers;

/// <summary>All parts of a BPE tokenizer, whatever the format of its file.</summary>
/// <param name="Vocabulary">Of the model.</param>
/// <param name="Added">In the order of the file.</param>
/// <param name="Steps">Between normalized text and pieces.</param>
internal sealed record TokenizerDefinition(
    BpeVocabulary Vocabulary, IReadOnlyList<AddedToken> Added, IReadOnlyList<PreTokenizerStep> Steps)
{
    /// <summary>Null where text is taken as it is.</summary>
    public TextNormalizer? Normalizer { get; init; }

    /// <summary>Null where tokens are joined by spaces, as the reference does without one.</summary>
    public TokenDecoder? Decoder { get; init; } = DecoderReader.ByteLevel;

    public SpecialTokens Specials { get; init; } = SpecialTokens.None;

    /// <summary>The tokenizer.json that it was read from, which is written again as it was; null for others.</summary>
    public ReadOnlyMemory<byte>? Source { get; init; }

    /// <summary>A byte-level one that cuts as a scanner does.</summary>
    public static TokenizerDefinition ByteLevel(BpeVocabulary vocabulary, IReadOnlyList<AddedToken> added, PreTokenizer scanner) =>
        new(vocabulary, added, StepsOf(scanner));

    private static PreTokenizerStep[] StepsOf(PreTokenizer scanner) => scanner == PreTokenizer.Gpt2
        ? [new ByteLevelStep(addsSpace: false, cuts: true, isLast: true)]
        :
        [
            new SplitStep($"regex {scanner.Pattern}", new ScannerMatcher(scanner), SplitBehavior.Isolated),
            new ByteLevelStep(addsSpace: false, cuts: false, isLast: true),
        ];
}
