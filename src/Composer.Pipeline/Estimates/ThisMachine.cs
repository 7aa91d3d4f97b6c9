using System.Runtime.InteropServices;

namespace Composer.Pipeline.Estimates;

/// <summary>What records say of where they were computed: rates of other machines tell nothing of this one.</summary>
internal static class ThisMachine
{
    /// <summary>Its name, system, runtime and cores, in words; persisted.</summary>
    public static string Name { get; } =
        $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, "
        + $"{Environment.ProcessorCount} cores";
}
