namespace Composer.Training.Torch.Primitives;

/// <summary>What a layer keeps of one sequence while decoding.</summary>
internal abstract class TorchLayerCache : IDisposable
{
    /// <summary>Allocated on the device.</summary>
    public abstract long Bytes { get; }

    public abstract void Dispose();
}
