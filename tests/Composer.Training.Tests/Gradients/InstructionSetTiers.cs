using Composer.Training.Cpu;
using Composer.Training.Kernels;

namespace Composer.Training.Tests.Gradients;

/// <summary>The engine on every tier of instructions that this machine has; theory data.</summary>
internal static class InstructionSetTiers
{
    public static IReadOnlyList<InstructionSetTier> Available { get; } =
        [.. Enum.GetValues<InstructionSetTier>().Where(tier => tier <= InstructionSet.Tier)];

    public static CpuEngine Engine(InstructionSetTier tier) => new(InstructionSet.For(tier));
}
