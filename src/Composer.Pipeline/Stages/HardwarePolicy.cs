using System.Globalization;

namespace Composer.Pipeline.Stages;

/// <summary>
/// What of the hardware enters a key. Policy <c>architecture</c>: machines of one instruction-set tier compute
/// the same bits; the runtime's major version is in it, since its mathematics may change.
/// </summary>
internal static class HardwarePolicy
{
    public static string Cpu { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"architecture: {new Training.Models.CpuEngine().HardwarePolicy}, .NET {Environment.Version.Major}");
}
