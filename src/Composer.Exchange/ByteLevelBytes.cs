using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Exchange;

/// <summary>Bytes as tokens in the form that other programs have: byte-level BPE without a merge.</summary>
internal static class ByteLevelBytes
{
    /// <summary>A tokenizer of a file as it is; of bytes one that gives the same tokens, but knows the names of its marks.</summary>
    public static BpeTokenizer AsBpe(ITokenizer tokenizer) => tokenizer switch
    {
        BpeTokenizer bpe => bpe,
        ByteTokenizer bytes => new BpeTokenizer(TokenizerDefinition.ByteLevel(
            new BpeVocabulary(
                [.. Enumerable.Range(0, 256).Select(value => ByteLevelAlphabet.Write([(byte)value]))],
                [],
                IsByteLevel: true,
                WholePieceFirst: false),
            [new AddedToken(bytes.BosId, "<|begin_of_text|>"), new AddedToken(bytes.EosId, "<|end_of_text|>")],
            PreTokenizer.Gpt2)),
        _ => throw new ArgumentException($"No form of {tokenizer.Name} for other programs.", nameof(tokenizer)),
    };

    /// <summary>The text of a token that a file adds to the vocabulary.</summary>
    public static string? NameOf(BpeTokenizer tokenizer, int id) => tokenizer.Definition.Added.FirstOrDefault(a => a.Id == id)?.Content;
}
