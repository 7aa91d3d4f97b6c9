namespace Composer.Training.Kernels;

/// <summary>The kernels in 256-bit vectors with fused multiply-add.</summary>
/// <remarks>
/// Sums are kept in locals, written out: an array of accumulators costs three quarters of the speed, a
/// generic vector wrapper a fifth. See <see cref="TierKernels"/> for what each kernel computes.
/// </remarks>
internal unsafe partial class Avx2Kernels : TierKernels
{
    public override InstructionSetTier Tier => InstructionSetTier.Avx2;
}
