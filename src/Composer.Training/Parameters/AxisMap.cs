namespace Composer.Training.Parameters;

/// <summary>Where the rows or columns of a canonical tensor lie along an axis of a packed matrix.</summary>
/// <param name="Offset">Of the first.</param>
/// <param name="Block">How many lie side by side, such as a head's features.</param>
/// <param name="Stride">Distance of two blocks, at least the block: what lies between is padding.</param>
internal readonly record struct AxisMap(int Offset, int Block, int Stride)
{
    /// <summary>Side by side from an offset.</summary>
    public static AxisMap Contiguous(int offset = 0) => new(offset, int.MaxValue, 0);

    public int this[int index] => Offset + (index / Block * Stride) + (index % Block);
}
