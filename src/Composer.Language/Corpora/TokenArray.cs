namespace Composer.Language.Corpora;

/// <summary>Tokens in memory.</summary>
/// <param name="tokens">Held, not copied.</param>
public sealed class TokenArray(int[] tokens) : ITokenSource
{
    public long Count => tokens.Length;

    public void Read(long start, Span<int> destination) =>
        tokens.AsSpan(checked((int)start), destination.Length).CopyTo(destination);
}
