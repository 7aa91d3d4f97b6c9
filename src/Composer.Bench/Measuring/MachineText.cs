using System.Globalization;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Composer.Bench.Measuring;

/// <summary>What a measurement says of the machine that it ran on; no names.</summary>
internal static class MachineText
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    public static string Description => Invariant($"{Processor()}, {Environment.ProcessorCount} cores, ")
        + $"{RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The mean number of runnable threads of the last minute; null where the system does not say.</summary>
    public static double? Load() =>
        File.Exists(LoadFile)
        && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var load)
            ? load
            : null;

    private static string Processor()
    {
        var line = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
