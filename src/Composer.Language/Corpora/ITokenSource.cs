namespace Composer.Language.Corpora;

/// <summary>A long row of tokens that can be read anywhere.</summary>
public interface ITokenSource
{
    /// <summary>Number of tokens.</summary>
    long Count { get; }

    /// <summary>Copies tokens out.</summary>
    /// <param name="start">The first; <paramref name="start"/> + length is at most <see cref="Count"/>.</param>
    /// <param name="destination">Overwritten whole.</param>
    void Read(long start, Span<int> destination);
}
