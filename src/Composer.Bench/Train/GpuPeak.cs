namespace Composer.Bench.Train;

/// <summary>What NVIDIA's data sheets say that a GPU's dense bf16 products reach, accumulated in fp32.</summary>
internal static class GpuPeak
{
    private const double Tera = 1e12;

    // The first that fits counts: the longer name of a family stands before the shorter.
    private static readonly (string Name, double Flops)[] Known =
    [
        ("b200", 2250 * Tera),
        ("gh200", 989 * Tera),
        ("h200", 989 * Tera),
        ("h100-nvl", 835 * Tera),
        ("h100-pcie", 756 * Tera),
        ("h100", 989 * Tera),
        ("a100", 312 * Tera),
        ("a40", 150 * Tera),
        ("a10g", 70 * Tera),
        ("a10", 125 * Tera),
        ("l40s", 362 * Tera),
        ("l4", 121 * Tera),
        ("rtx-4090", 165 * Tera),
        ("rtx-3090", 71 * Tera),
    ];

    /// <summary>Operations a second; null when the card is none of those known or does not compute in bf16.</summary>
    /// <param name="hardwarePolicy">Such as <c>torch/cuda/sm90-nvidia-h100-80gb-hbm3/bf16/…</c>.</param>
    public static double? Of(string hardwarePolicy)
    {
        if (!IsGpu(hardwarePolicy) || !hardwarePolicy.Contains("/bf16/", StringComparison.Ordinal))
        {
            return null;
        }

        var card = hardwarePolicy.Split('/')[2] + "-";
        var found = Array.Find(Known, known => card.Contains($"-{known.Name}-", StringComparison.Ordinal));
        return found.Name is null ? null : found.Flops;
    }

    public static bool IsGpu(string hardwarePolicy) => hardwarePolicy.Contains("/cuda/", StringComparison.Ordinal);
}
