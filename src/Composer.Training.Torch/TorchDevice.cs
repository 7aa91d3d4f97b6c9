namespace Composer.Training.Torch;

/// <summary>Where the engine computes.</summary>
public enum TorchDevice
{
    /// <summary>One NVIDIA GPU: bf16 products, fp32 parameters, moments, residual stream and norms.</summary>
    Cuda = 0,

    /// <summary>fp32 throughout, one thread: for parity tests.</summary>
    Cpu = 1,
}
