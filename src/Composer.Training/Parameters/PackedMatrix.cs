using Composer.Training.Kernels;

namespace Composer.Training.Parameters;

/// <summary>
/// A matrix [K, N] in panels [N/32][K][32], both sides padded with zeros to multiples of 32. The
/// transposed copy [K/32][N][32] lies at the same offset of the store's second array.
/// </summary>
/// <param name="Offset">Of the first element, in floats.</param>
/// <param name="Inner">K, without padding.</param>
/// <param name="Columns">N, without padding.</param>
internal sealed record PackedMatrix(long Offset, int Inner, int Columns)
{
    private const int Width = TierKernels.PanelWidth;

    /// <summary>K, padded.</summary>
    public int PaddedInner => Padding.ToPanel(Inner);

    /// <summary>N, padded.</summary>
    public int PaddedColumns => Padding.ToPanel(Columns);

    public long Count => (long)PaddedInner * PaddedColumns;

    /// <summary>Distance of two panels.</summary>
    public nint PanelStride => (nint)PaddedInner * Width;

    /// <summary>Distance of two panels of the transposed copy.</summary>
    public nint TransposedPanelStride => (nint)PaddedColumns * Width;

    /// <summary>What column n contributes to the index of (k, n), the matrix's offset in it.</summary>
    public long ColumnIndex(int n) => Offset + (n / Width * (long)PanelStride) + (n % Width);

    /// <summary>What row k adds to it.</summary>
    public static long InnerIndex(int k) => k * (long)Width;
}
