namespace Composer.Agents.Local;

/// <summary>How many NVIDIA GPUs this machine shows, without loading a driver.</summary>
public static class GpuDetection
{
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    /// <summary>Those that the driver lists, no more than CUDA_VISIBLE_DEVICES allows.</summary>
    public static int Count()
    {
        var present = Directory.Exists(DriverFolder) ? Directory.GetDirectories(DriverFolder).Length : 0;
        var visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        return visible is null ? present : Math.Min(present, visible.Split(',', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
