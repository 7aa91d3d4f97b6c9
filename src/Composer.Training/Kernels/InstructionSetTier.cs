namespace Composer.Training.Kernels;

/// <summary>Tiers of vector instructions, each including those before it.</summary>
public enum InstructionSetTier
{
    /// <summary>One number at a time; runs everywhere and defines what the others compute.</summary>
    Scalar = 0,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2 = 1,

    /// <summary>512-bit vectors (AVX-512 F and DQ).</summary>
    Avx512 = 2,
}
