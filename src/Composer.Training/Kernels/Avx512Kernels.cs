namespace Composer.Training.Kernels;

/// <summary>The kernels in 512-bit vectors; what 256 bits do as fast is inherited.</summary>
/// <remarks>As <see cref="Avx2Kernels"/>, written out for the width.</remarks>
internal sealed unsafe partial class Avx512Kernels : Avx2Kernels
{
    public override InstructionSetTier Tier => InstructionSetTier.Avx512;
}
