namespace Composer.Training.Kernels;

/// <summary>One number at a time, for machines without vectors: the definitions as they stand.</summary>
internal sealed class ScalarKernels : TierKernels
{
    public override InstructionSetTier Tier => InstructionSetTier.Scalar;
}
