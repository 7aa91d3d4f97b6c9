using System.Text.Json.Serialization;

namespace Composer.Language.Evaluation;

/// <summary>What a task reports, by the harness's names. Values are only ever appended.</summary>
public enum EvaluationMetric
{
    /// <summary>Share of documents whose most likely choice is right, or whose continuation is the most likely text.</summary>
    [JsonStringEnumMemberName("acc")]
    Accuracy = 0,

    /// <summary>The same with log-likelihoods divided by the choices' code points.</summary>
    [JsonStringEnumMemberName("acc_norm")]
    NormalizedAccuracy = 1,

    /// <summary>exp of the mean negative log-likelihood of a document.</summary>
    [JsonStringEnumMemberName("perplexity")]
    Perplexity = 2,

    /// <summary>exp of the negative log-likelihood of all documents, a word.</summary>
    [JsonStringEnumMemberName("word_perplexity")]
    WordPerplexity = 3,

    /// <summary>exp of the negative log-likelihood of all documents, a byte of UTF-8.</summary>
    [JsonStringEnumMemberName("byte_perplexity")]
    BytePerplexity = 4,

    /// <summary>The same in bits, not raised.</summary>
    [JsonStringEnumMemberName("bits_per_byte")]
    BitsPerByte = 5,
}
