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

    /// <summary>The same for two tokenizers that encode alike; enters keys.</summary>
    Digest ContentDigest { get; }

    /// <summary>Appends the tokens of a text, without BOS and EOS. Names of special tokens are ordinary text.</summary>
    void Encode(ReadOnlySpan<char> text, List<int> tokens);

    /// <summary>The text of some tokens; special tokens vanish, bytes that are no UTF-8 become U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens);
}
