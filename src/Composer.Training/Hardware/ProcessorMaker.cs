using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Hardware;

/// <summary>Who made the processor: libtorch and its BLAS choose kernels by that, beside the instruction set.</summary>
public static class ProcessorMaker
{
    /// <summary>As CPUID says it, in small letters, such as <c>authenticamd</c>; empty where there is no CPUID.</summary>
    public static string Name { get; } = Read();

    private static string Read()
    {
        var (_, first, third, second) = X86Base.IsSupported ? X86Base.CpuId(0, 0) : default;
        return string.Concat(
            new[] { first, second, third }.SelectMany(BitConverter.GetBytes).Select(b => (char)b).Where(char.IsAsciiLetterOrDigit))
            .ToLowerInvariant();
    }
}
