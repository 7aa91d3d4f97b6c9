using Composer.Core;
using Composer.Language.Tokenizers;

namespace Composer.Language.Evaluation;

/// <summary>What a report says of the model that was scored.</summary>
/// <param name="Name">Its layers: what its weights determine, so that equal models have equal reports.</param>
/// <param name="Weights">Of its parameters' bytes.</param>
/// <param name="Parameters">How many numbers it has.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="MaximumLength">Tokens that it was given at most.</param>
/// <param name="Limit">Documents of a task at most; 0 for all.</param>
public sealed record HarnessModel(string Name, Digest Weights, long Parameters, ITokenizer Tokenizer, int MaximumLength, int Limit)
{
    /// <summary>The harness's word for where a model is from.</summary>
    public const string Source = "composer";
}
