namespace Composer.Training.Layers;

/// <summary>What a layer keeps of decoded positions.</summary>
internal class LayerCache
{
    /// <summary>For a layer that keeps nothing.</summary>
    public static LayerCache None { get; } = new();

    /// <summary>Bytes allocated for all sequences.</summary>
    public virtual long Bytes => 0;
}
