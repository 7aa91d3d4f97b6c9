using Composer.Training.Kernels;

namespace Composer.Training.Parameters;

/// <summary>How widths are padded, so that kernels have no tails.</summary>
internal static class Padding
{
    /// <summary>Up to the granule, 16.</summary>
    public static int ToGranule(int width) => Up(width, TierKernels.Granule);

    /// <summary>Up to a panel, 32.</summary>
    public static int ToPanel(int width) => Up(width, TierKernels.PanelWidth);

    /// <summary>
    /// The stride of rows of this width: room for whole panels, and an odd number of cache lines, so that
    /// neighbouring rows never fall on the same cache sets.
    /// </summary>
    public static int ToStride(int width) => ToPanel(width) + TierKernels.Granule;

    private static int Up(int width, int granule) => (width + granule - 1) / granule * granule;
}
