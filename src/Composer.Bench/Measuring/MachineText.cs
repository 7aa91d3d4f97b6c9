using System.Globalization;
using System.Runtime.InteropServices;
using Composer.Training.Hardware;
using static System.FormattableString;

namespace Composer.Bench.Measuring;

/// <summary>What a measurement says of the machine that it ran on; no names.</summary>
internal static class MachineText
{
    private const string LoadFile = "/proc/loadavg";

    public static string Description => Invariant($"{ProcessorName.Text}, {Environment.ProcessorCount} cores, ")
        + $"{RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The mean number of runnable threads of the last minute; null where the system does not say.</summary>
    public static double? Load() =>
        File.Exists(LoadFile)
        && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var load)
            ? load
            : null;
}
