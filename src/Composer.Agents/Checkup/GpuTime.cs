namespace Composer.Agents.Checkup;

/// <summary>How long FLOPs take on a GPU that nobody has here, so that it is known what to ask for.</summary>
public static class GpuTime
{
    /// <summary>The GPU whose hours are counted.</summary>
    public const string Name = "H100";

    /// <summary>Dense bf16 operations a second of an H100 SXM: NVIDIA's data sheet, half of the figure with sparsity.</summary>
    public const double PeakPerSecond = 989.4e12;

    /// <summary>The share of the peak that pre-training gets, a common one; not measured here.</summary>
    public const double Share = 0.4;

    /// <summary>Hours of one GPU.</summary>
    /// <param name="flops">Of forward and backward passes.</param>
    public static double Hours(double flops) => flops / (PeakPerSecond * Share) / 3600;
}
