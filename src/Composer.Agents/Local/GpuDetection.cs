using System.Globalization;
using Composer.Training.Hardware;

namespace Composer.Agents.Local;

/// <summary>Which NVIDIA GPUs this machine shows, without loading a driver where its files tell.</summary>
public static class GpuDetection
{
    /// <summary>The variable that names the GPUs which a process sees.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    /// <summary>Those that the driver lists, no more than CUDA_VISIBLE_DEVICES allows.</summary>
    public static int Count() => Count(
        Environment.GetEnvironmentVariable(Variable),
        Directory.Exists(DriverFolder) ? Directory.GetDirectories(DriverFolder).Length : null,
        () => NvidiaDriver.Count);

    /// <summary>What CUDA_VISIBLE_DEVICES is for an agent that has some of this process's GPUs; empty when it has none.</summary>
    /// <param name="gpus">Numbers, from 0, of the GPUs that this process sees.</param>
    public static string Devices(IReadOnlyList<int> gpus) => Devices(Environment.GetEnvironmentVariable(Variable), gpus);

    /// <summary>
    /// What CUDA_VISIBLE_DEVICES is for one of several processes that were given GPUs together; null where that is not said.
    /// </summary>
    /// <param name="number">The process's, from 0.</param>
    public static string? DeviceOf(int number) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } visible && Names(visible) is var names && number < names.Length
            ? names[number]
            : null;

    /// <param name="visible">CUDA_VISIBLE_DEVICES, or null.</param>
    /// <param name="listed">GPUs that the driver's files list; null where there are no such files: a container, say.</param>
    /// <param name="counted">Asks the driver itself, which heeds <paramref name="visible"/>.</param>
    internal static int Count(string? visible, int? listed, Func<int> counted) =>
        listed is not { } present ? counted()
        : visible is null ? present
        : Math.Min(present, Names(visible).Length);

    internal static string Devices(string? visible, IReadOnlyList<int> gpus)
    {
        var names = visible is null ? null : Names(visible);
        return string.Join(',', gpus.Select(gpu => names is null ? gpu.ToString(CultureInfo.InvariantCulture) : names[gpu]));
    }

    private static string[] Names(string visible) =>
        visible.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
