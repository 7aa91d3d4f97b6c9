namespace Composer.Training.Ranks;

/// <summary>A gradient of one rank as one row of fp32 numbers, laid out alike on all ranks, wherever it is in memory.</summary>
public interface ISharedGradient
{
    /// <summary>How many numbers.</summary>
    long Count { get; }

    /// <summary>Some of the numbers, to be sent; valid until the next call.</summary>
    ReadOnlySpan<float> Send(long start, int count);

    /// <summary>Adds another rank's numbers to those from a place on.</summary>
    void Add(long start, ReadOnlySpan<float> others);

    /// <summary>Replaces the numbers from a place on by those of another rank.</summary>
    void Replace(long start, ReadOnlySpan<float> others);
}
