namespace Composer.Language.Evaluation;

/// <summary>What a model is fed and what is scored, as lm-evaluation-harness encodes and cuts it.</summary>
/// <param name="Inputs">At most as many tokens as the window has.</param>
/// <param name="Continuation">What is to follow the last inputs, one token each.</param>
/// <param name="IsCut">Whether the beginning of the context was cut off.</param>
/// <param name="Window">The longest sequence.</param>
internal sealed record EncodedRequest(int[] Inputs, int[] Continuation, bool IsCut, int Window)
{
    /// <summary>Whether the window cannot hold the continuation: a part of it would be another quantity.</summary>
    public bool IsTooLong => Continuation.Length > Window;

    /// <summary>Whether the continuation can be scored.</summary>
    public bool Fits => !IsTooLong && Continuation.Length > 0;
}
