using Composer.Core;

namespace Composer.Language.Tokenizers;

/// <summary>Turns text into token ids and back. Implementations are thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>A few words for people, such as <c>bpe-512</c>.</summary>
    string Name { get; }

    /// <summary>Ids are below this; what a model's vocabulary must be.</summary>
    int VocabularySize { get; }

    /// <summary>Stands before each document, and for an empty context.</summary>
    int BosId { get; }

    /// <summary>Stands after each document.</summary>
    int EosId { get; }

    /// <summary>What BOS is in text; empty where nothing stands for it.</summary>
    string BosText => "";

    /// <summary>What a token is in text, also a special one; null where nothing stands for it.</summary>
    string? TextOf(int token) => null;

    /// <summary>What the tokenizer itself puts in front of a text where it is asked for special tokens, as Llama 3's puts BOS.</summary>
    IReadOnlyList<int> SpecialsBefore => [];

    /// <summary>The same, behind a text.</summary>
    IReadOnlyList<int> SpecialsAfter => [];

    /// <summary>The same for two tokenizers that encode alike; enters keys.</summary>
    Digest ContentDigest { get; }

    /// <summary>
    /// Appends the tokens of a text, without special tokens of the tokenizer's own around it. An added token whose name is in
    /// the text is that token, as in Hugging Face's tokenizers.
    /// </summary>
    void Encode(ReadOnlySpan<char> text, List<int> tokens);

    /// <summary>The text of some tokens; special tokens vanish, bytes that are no UTF-8 become U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens);
}
