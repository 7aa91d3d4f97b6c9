namespace Composer.Training.Hardware;

/// <summary>What the driver says of a GPU.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Major">Of its compute capability.</param>
/// <param name="Minor">Of its compute capability.</param>
/// <param name="Memory">Bytes.</param>
public sealed record Gpu(string Name, int Major, int Minor, long Memory)
{
    /// <summary>The major compute capability from which on a GPU has bf16 products: Ampere's.</summary>
    public const int LeastForBf16 = 8;

    /// <summary>Whether it has bf16 products.</summary>
    public bool HasBf16 => Major >= LeastForBf16;
}
