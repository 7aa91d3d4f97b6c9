namespace Composer.Language.Corpora;

/// <summary>A part of another source.</summary>
internal sealed class TokenRange(ITokenSource whole, long first, long count) : ITokenSource
{
    public long Count => count;

    public void Read(long start, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + destination.Length, count);
        whole.Read(first + start, destination);
    }
}
