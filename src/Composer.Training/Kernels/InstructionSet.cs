using System.Runtime.Intrinsics.X86;

namespace Composer.Training.Kernels;

/// <summary>The vector instructions that the CPU engine uses, chosen once for the process.</summary>
/// <remarks>
/// The runtime's switches turn tiers off: <c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c>,
/// <c>DOTNET_EnableHWIntrinsic=0</c>.
/// </remarks>
public static class InstructionSet
{
    /// <summary>The widest tier that this process may use.</summary>
    public static InstructionSetTier Tier { get; } =
        Avx512F.IsSupported && Avx512DQ.IsSupported && Avx2.IsSupported && Fma.IsSupported ? InstructionSetTier.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSetTier.Avx2
        : InstructionSetTier.Scalar;

    /// <summary><c>avx512</c>, <c>avx2</c> or <c>scalar</c>.</summary>
    public static string Name => NameOf(Tier);

    /// <summary>The kernels of the widest tier.</summary>
    internal static TierKernels Kernels { get; } = For(Tier);

    /// <summary>The kernels of one tier.</summary>
    /// <exception cref="PlatformNotSupportedException">This process may not use it.</exception>
    internal static TierKernels For(InstructionSetTier tier)
    {
        if (tier > Tier)
        {
            throw new PlatformNotSupportedException($"This process has no {NameOf(tier)}: its tier is {Name}.");
        }

        return tier switch
        {
            InstructionSetTier.Avx512 => new Avx512Kernels(),
            InstructionSetTier.Avx2 => new Avx2Kernels(),
            _ => new ScalarKernels(),
        };
    }

    internal static string NameOf(InstructionSetTier tier) => tier switch
    {
        InstructionSetTier.Avx512 => "avx512",
        InstructionSetTier.Avx2 => "avx2",
        _ => "scalar",
    };
}
