using Composer.Training.Kernels;

namespace Composer.Training.Tests.Kernels;

/// <summary>The tiers that this process may use.</summary>
internal static class Tiers
{
    public static IEnumerable<TierKernels> All =>
        Enum.GetValues<InstructionSetTier>().Where(tier => tier <= InstructionSet.Tier).Select(InstructionSet.For);
}
