using Composer.Training.Kernels;

namespace Composer.Benchmarks;

/// <summary>Benchmarks whose work is counted in floating-point operations.</summary>
internal interface IFloatingPointWork
{
    /// <summary>The instructions that it runs on; its peak is theirs.</summary>
    InstructionSetTier Tier { get; }

    /// <summary>Useful operations of one call of a benchmark method, a multiply-add counting two.</summary>
    double FlopsOf(string method);
}
