namespace Composer.Build.Engines;

/// <summary>What the engine on TorchSharp computes with.</summary>
internal enum TorchRuntime
{
    /// <summary>libtorch's CPU half.</summary>
    Cpu,

    /// <summary>The whole, with CUDA: for a machine with an NVIDIA GPU.</summary>
    Cuda,
}
