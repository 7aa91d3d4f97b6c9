namespace Composer.Training.Torch.Primitives;

/// <summary>What a layer keeps of one sequence while decoding.</summary>
internal abstract class LayerCache : IDisposable
{
    /// <summary>For each position.</summary>
    public abstract long BytesPerToken { get; }

    public abstract void Dispose();
}
