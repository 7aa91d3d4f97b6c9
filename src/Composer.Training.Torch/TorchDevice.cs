namespace Composer.Training.Torch;

/// <summary>Where the engine computes.</summary>
public enum TorchDevice
{
    /// <summary>One NVIDIA GPU; products in bf16 unless asked otherwise.</summary>
    Cuda = 0,

    /// <summary>libtorch's CPU kernels; fp32 unless asked otherwise.</summary>
    Cpu = 1,
}
